using System.Text;
using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Devices;
using MultiNet.Meta.HotPlug;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Plugin;
using MultiNet.Meta.Reconciling;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Status;
using MultiNet.Meta.Tests.Doubles;
using MultiNet.Netlink;
using MultiNet.Networks;

namespace MultiNet.Meta.Tests.Multiplexing;

/// <summary>A namespace that plays the node, with namespaces for pods and a folder for all state. Plugins are the built-in ones.</summary>
internal sealed class TestNode : IDisposable, IStatusSink
{
    private readonly List<string> _namespaces = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("multinet-node-").FullName;
    private readonly NetworkNamespace _host;
    private readonly RouteSocket _hostSocket;

    public TestNode()
    {
        _host = NetworkNamespace.Create(NewPath("host"));
        _hostSocket = _host.OpenSocket();
        Source
            .Definition("n1", Bridge("n1", "10.2.0.0/24"))
            .Definition("n2", Bridge("n2", "10.3.0.0/24"))
            .Definition("p1", Network("p1", "ptp", "", "10.4.0.0/24"));
    }

    public FakeSource Source { get; } = new();

    /// <summary>Who knows the pods' devices.</summary>
    public IReadOnlyList<IDeviceSource> Devices { get; set; } = [];

    public Dictionary<string, IReadOnlyList<NetworkStatus>> Status { get; } = [];

    public string Folder => _folder;

    public string StateDir => Path.Combine(_folder, "state");

    public string CniDir => Path.Combine(_folder, "cni");

    public string RuntimeCacheDir => Path.Combine(_folder, "runtime");

    public string Keys { get; set; } = "";

    /// <summary>The name of the cluster's default network.</summary>
    public string Primary { get; set; } = "primary";

    /// <summary>The name of the configuration.</summary>
    public string Name { get; set; } = "multinet";

    public string Bridge(string name, string subnet, string ipam = "") => Network(name, "bridge", $"\"bridge\":\"br-{name}\",\"isGateway\":true,", subnet, ipam);

    public MetaConfig Config() => MetaConfigReader.Read(Encoding.UTF8.GetBytes(ConfigText())) with { RuntimeCacheDir = RuntimeCacheDir };

    public string ConfigText() => $$"""
        {"cniVersion":"1.1.0","name":"{{Name}}","type":"multinet","stateDir":"{{StateDir}}","cniDir":"{{CniDir}}","binDir":"{{_folder}}/bin","confDir":"{{_folder}}/conf",
         {{Keys}} "delegates":[{{Network(Primary, "bridge", "\"bridge\":\"cni0\",\"isDefaultGateway\":true,", "10.1.0.0/24")}}]}
        """;

    /// <summary>A pod with a namespace of its own.</summary>
    public SandboxRequest Pod(string name, string? networks = null)
    {
        Source.Pod(name, networks);
        string path = NewPath(name);
        NetworkNamespace.Create(path).Dispose();
        return new SandboxRequest
        {
            ContainerId = "container-" + name,
            NetNs = path,
            IfName = "eth0",
            Pod = new PodReference("default", name),
        };
    }

    public IReadOnlyList<AttachedNetwork> Add(SandboxRequest request) => Run(m => m.Add(request));

    public void Del(SandboxRequest request) => Run<object?>(m => { m.Del(request); return null; });

    public void Check(SandboxRequest request) => Run<object?>(m => { m.Check(request); return null; });

    /// <summary>Syncs a sandbox; what the runtime knows of it is not passed.</summary>
    public SandboxChange Sync(SandboxRequest request) =>
        Run(m => m.Sync(Known(request)));

    public IReadOnlyList<AttachmentDrift> Drift(SandboxRequest request) => Run(m => m.Drift(Known(request)));

    public SandboxChange Repair(SandboxRequest request, bool withDefaultNetwork = false) => Run(m => m.Repair(Known(request), withDefaultNetwork).Change);

    // What the command line knows of a sandbox.
    private static SandboxRequest Known(SandboxRequest request) => new() { ContainerId = request.ContainerId, NetNs = "", IfName = request.IfName, Path = request.Path };

    /// <summary>Reconciles the node.</summary>
    /// <param name="grace">How long something must have looked dead.</param>
    /// <param name="dryRun">Only look.</param>
    public ReconcileReport Reconcile(TimeSpan grace = default, bool dryRun = false)
    {
        using var here = NetworkNamespace.Open(_host.Path);
        return here.Run(() => new Reconciler(Config(), Source, [], grace, dryRun, null).Run());
    }

    /// <summary>Changes what the journal of a sandbox says.</summary>
    public void ChangeJournal(SandboxRequest request, Func<SandboxJournal, SandboxJournal> change)
    {
        var store = new JournalStore(StateDir);
        store.Write(change(store.Read(request.ContainerId, request.IfName)!), durable: false);
    }

    public void Gc(params SandboxRequest[] valid) => Run<object?>(m =>
    {
        m.Gc([.. valid.Select(v => new GcAttachment(v.ContainerId, v.IfName))], []);
        return null;
    });

    /// <summary>Runs a multiplexer of its own, as a process would, in the node's namespace.</summary>
    public T Run<T>(Func<Multiplexer, T> verb)
    {
        // A namespace object has one thread; tests run several calls at once.
        using var here = NetworkNamespace.Open(_host.Path);
        return here.Run(() =>
        {
            using var multiplexer = new Multiplexer(Config(), Source, this, devices: Devices);
            return verb(multiplexer);
        });
    }

    /// <summary>Calls the plugin as a runtime does, with a configuration of its own.</summary>
    public void Call(CniVerb verb, string config)
    {
        using var here = NetworkNamespace.Open(_host.Path);
        here.Run(() =>
        {
            PluginHost.Invoke(new MetaPlugin(), new CniCall { Verb = verb, Config = Encoding.UTF8.GetBytes(config) }, new FakeInvoker());
        });
    }

    /// <summary>Looks at a pod's kernel state.</summary>
    public static T Inside<T>(SandboxRequest request, Func<RouteSocket, T> look)
    {
        using var pod = NetworkNamespace.Open(request.NetNs);
        using var socket = pod.OpenSocket();
        return look(socket);
    }

    public static string[] Links(SandboxRequest request) => Inside(request, s => s.LinkList().Select(l => l.Name).Order(StringComparer.Ordinal).ToArray());

    /// <summary>Default routes as text: <c>10.1.0.1 eth0</c>.</summary>
    public static string[] DefaultRoutes(SandboxRequest request) => Inside(request, s => s.RouteList(new RouteFilter { Type = RouteType.Unicast })
        .Where(r => r.IsDefault).Select(r => $"{r.Gateway} {s.LinkGet(r.LinkIndex).Name}").Order(StringComparer.Ordinal).ToArray());

    public IReadOnlyList<SandboxJournal> Journals() => new JournalStore(StateDir).List();

    public string JournalPath(SandboxRequest request) => new JournalStore(StateDir).PathOf(request.ContainerId, request.IfName);

    public void DropCache() => Directory.Delete(CniDir, recursive: true);

    /// <summary>The file of libcni's cache for an attachment.</summary>
    public string CachePath(string network, SandboxRequest request, string interfaceName) =>
        Path.Combine(CniDir, "results", $"{network}-{request.ContainerId}-{interfaceName}");

    /// <summary>
    /// Makes an attached pod one from before the installation: the journal is gone, and the cache is the runtime's, with the default network
    /// only and, as after a rollback, an entry of a meta plugin.
    /// </summary>
    public void MakeOlderThanTheInstallation(SandboxRequest request)
    {
        File.Delete(JournalPath(request));
        var cached = new ResultCache(CniDir).Find("primary", request.ContainerId, request.IfName)!;
        DropCache();
        var runtime = new ResultCache(RuntimeCacheDir);
        runtime.Write(cached);
        runtime.Write(cached with { NetworkName = Name, Config = Encoding.UTF8.GetBytes(ConfigText()) });
    }

    /// <summary>Everything that an attachment may leave behind, one line each.</summary>
    public List<string> Leftovers()
    {
        var left = _hostSocket.LinkList().Where(l => l.Kind == "veth").Select(l => "link " + l.Name).ToList();
        left.AddRange(Reservations().Select(r => "reservation " + r));
        left.AddRange(FilesBelow(Path.Combine(StateDir, "journal")));
        left.AddRange(FilesBelow(Path.Combine(StateDir, "locks")));
        left.AddRange(FilesBelow(CniDir));
        left.AddRange(FilesBelow(RuntimeCacheDir));
        return left;
    }

    public string[] Reservations() => [.. FilesBelow(Path.Combine(_folder, "ipam")).Select(f => Path.GetFileName(f)!).Where(n => IPText.TryParse(n, out _)).Order(StringComparer.Ordinal)];

    public void RemoveNamespace(SandboxRequest request) => NetworkNamespace.Delete(request.NetNs);

    /// <summary>Does the sink fail after it has written?</summary>
    public bool StatusFails { get; set; }

    public bool OutlivesPod => true;

    public void Write(StatusReport report)
    {
        Status[report.Pod.Name] = report.Entries;
        if (StatusFails)
            throw new CniException(CniErrorCode.TryAgainLater, "the answer was lost");
    }

    public void Clear(PodReference pod) => Status.Remove(pod.Name);

    public void Dispose()
    {
        _hostSocket.Dispose();
        _host.Dispose();
        foreach (string path in _namespaces)
            NetworkNamespace.Delete(path);
        Directory.Delete(_folder, recursive: true);
    }

    private string Network(string name, string type, string keys, string subnet, string ipam = "") => $$"""
        {"cniVersion":"1.1.0","name":"{{name}}","type":"{{type}}",{{keys}}"capabilities":{"ips":true},
         "ipam":{"type":"host-local","subnet":"{{subnet}}","dataDir":"{{_folder}}/ipam"{{ipam}} } }
        """;

    private static IEnumerable<string> FilesBelow(string directory) =>
        Directory.Exists(directory) ? Directory.GetFiles(directory, "*", SearchOption.AllDirectories) : [];

    private string NewPath(string name)
    {
        string path = Path.Combine(_folder, "ns-" + name);
        _namespaces.Add(path);
        return path;
    }
}
