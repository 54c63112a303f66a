using MultiNet.Cni;

namespace MultiNet.Meta.Configuration;

/// <summary>
/// The configuration of the meta plugin (<c>"type": "multinet"</c>): every key of Multus' network configuration with the same
/// meaning, plus <c>manifestDir</c>, <c>stateDir</c>, <c>kubeletDir</c>, <c>builtin</c>, <c>parallel</c> and <c>attachmentTimeoutSeconds</c>.
/// docs/configuration.md has the table.
/// </summary>
public sealed record MetaConfig
{
    /// <summary><c>cniVersion</c> of the configuration; 0.1.0 where absent.</summary>
    public string CniVersion { get; init; } = Cni.CniVersion.Latest;

    /// <summary><c>name</c>: the network's name, as the runtime knows it.</summary>
    public string Name { get; init; } = "multinet";

    /// <summary>The configuration as it came; the capabilities and the runtime's arguments are read from here.</summary>
    public ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary><c>confDir</c>: where configurations are searched that are named and not given.</summary>
    public string ConfDir { get; init; } = "/etc/cni/multus/net.d";

    /// <summary><c>cniDir</c>: libcni's cache is kept in <c>results</c> below it, and Multus' own state is found there.</summary>
    public string CniDir { get; init; } = "/var/lib/cni/multus";

    /// <summary>Where the runtime's own libcni keeps its cache. No key: runtimes do not let it be chosen.</summary>
    public string RuntimeCacheDir { get; init; } = ResultCache.DefaultDirectory;

    /// <summary><c>binDir</c>: put before the entries of <c>CNI_PATH</c>.</summary>
    public string BinDir { get; init; } = "/opt/cni/bin";

    /// <summary><c>delegates</c>: configurations given in place; the first is the cluster's default network. Raw JSON objects.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Delegates { get; init; } = [];

    /// <summary><c>clusterNetwork</c>: the cluster's default network, by name of a definition or a configuration, or by path.</summary>
    public string ClusterNetwork { get; init; } = "";

    /// <summary><c>defaultNetworks</c>: attached to every pod outside of <see cref="SystemNamespaces"/>.</summary>
    public IReadOnlyList<string> DefaultNetworks { get; init; } = [];

    /// <summary><c>kubeconfig</c>: how to reach the API server.</summary>
    public string Kubeconfig { get; init; } = "";

    /// <summary><c>apiTimeoutSeconds</c>: how long all requests of one call to the API server may take together. 1 to 600, default 30.</summary>
    public TimeSpan ApiTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>daemonSocket</c>: where the node daemon answers, if it is there; empty for nowhere (<c>"off"</c>).</summary>
    public string DaemonSocket { get; init; } = DefaultDaemonSocket;

    /// <summary>The default of <see cref="DaemonSocket"/>.</summary>
    public const string DefaultDaemonSocket = "/run/multinet/multinetd.sock";

    /// <summary><c>logFile</c>; empty for none.</summary>
    public string LogFile { get; init; } = "";

    /// <summary><c>logLevel</c>: debug, verbose, error or panic (default).</summary>
    public string LogLevel { get; init; } = "panic";

    /// <summary><c>logToStderr</c>.</summary>
    public bool LogToStderr { get; init; } = true;

    /// <summary><c>logOptions</c>: rotation of <see cref="LogFile"/>.</summary>
    public LogOptions LogOptions { get; init; } = new();

    /// <summary><c>readinessindicatorfile</c>: while this file is missing, the default network is not ready. Empty for none.</summary>
    public string ReadinessIndicatorFile { get; init; } = "";

    /// <summary><c>namespaceIsolation</c>: may a pod use definitions of its own and the global namespaces only?</summary>
    public bool NamespaceIsolation { get; init; }

    /// <summary><c>globalNamespaces</c>: definitions here may be used by every pod. <c>default</c> where the key is absent.</summary>
    public IReadOnlyList<string> GlobalNamespaces { get; init; } = ["default"];

    /// <summary><c>systemNamespaces</c>: pods here get no <see cref="DefaultNetworks"/>.</summary>
    public IReadOnlyList<string> SystemNamespaces { get; init; } = ["kube-system"];

    /// <summary><c>multusNamespace</c>: where the definitions of the default networks are.</summary>
    public string MultusNamespace { get; init; } = "kube-system";

    /// <summary><c>retryDeleteOnError</c>: accepted; state is always kept until a DEL has released everything.</summary>
    public bool RetryDeleteOnError { get; init; }

    /// <summary><c>auxiliaryCNIChainName</c>: a further attachment, chained from the files of the folder of this name beside the cluster network's file.</summary>
    public string AuxiliaryCniChainName { get; init; } = "";

    /// <summary><c>manifestDir</c>: a folder of YAML with Pods and NetworkAttachmentDefinitions, the source where no cluster is configured.</summary>
    public string ManifestDir { get; init; } = "";

    /// <summary><c>stateDir</c>: where journals and locks are kept.</summary>
    public string StateDir { get; init; } = "/var/lib/cni/multinet";

    /// <summary><c>kubeletDir</c>: the kubelet's folder, where it tells which devices a pod has.</summary>
    public string KubeletDir { get; init; } = "/var/lib/kubelet";

    /// <summary><c>builtin</c>: which plugin types run in this process.</summary>
    public BuiltinPolicy Builtin { get; init; } = BuiltinPolicy.First;

    /// <summary><c>parallel</c>: which attachments may run side by side.</summary>
    public ParallelMode Parallel { get; init; }

    /// <summary><c>attachmentTimeoutSeconds</c>: how long the plugins of one attachment may take together; one that takes longer is killed. 1 to 3600, default 90.</summary>
    public TimeSpan AttachmentTimeout { get; init; } = TimeSpan.FromSeconds(90);
}
