using MultiNet.Cni;
using MultiNet.Delegates;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.Installing;

namespace MultiNet.Meta.CommandLine.Install;

/// <summary>What can be said on the command line of an installation; the daemon, which follows one, takes the same.</summary>
internal static class InstallOptions
{
    /// <summary><c>--host-root DIR</c>.</summary>
    public static OptionSyntax HostRoot { get; } = new("--host-root", "DIR", "where the node's folders are mounted, in a container; all others are named as on the node");

    /// <summary>The options.</summary>
    public static IReadOnlyList<OptionSyntax> All { get; } =
    [
        new("--bin-dir", "DIR", "the runtime's folder of CNI plugins, such as /opt/cni/bin"),
        new("--conf-dir", "DIR", "the runtime's folder of network configurations, such as /etc/cni/net.d"),
        new("--profile", "NAME", $"the folders of a distribution: {string.Join(", ", HostProfile.Names)}") { Allowed = HostProfile.Names },
        HostRoot,
        new("--primary", "NAME", "the cluster network: its file or its name (default: the first in the alphabet)"),
        new("--config", "FILE", "the configuration to install, instead of one for the cluster network that is there"),
        new("--settings", "FILE", "a JSON object of further keys for the configuration"),
        new("--cni-version", "VERSION", "in which the runtime calls (default: the cluster network's; 1.1.0 brings STATUS and GC)") { Allowed = CniVersion.All },
        new("--manifest-dir", "DIR", "set the key manifestDir: pods and definitions are read from this folder"),
        new("--kubeconfig", "FILE", "set the key kubeconfig: pods and definitions are read from the API server"),
        new("--service-account", "DIR", "make that kubeconfig of a service account's folder (token, ca.crt)"),
        new("--api-server", "URL", "the API server in it (default: that of the cluster, as containers are told)"),
        new("--daemon-socket", "PATH", "set the key daemonSocket"),
        new("--replace", null, "take the place of other plugins of a built-in type; they are kept aside"),
    ];

    /// <summary>What is to be installed.</summary>
    /// <exception cref="MisuseException">A folder is missing, or two options contradict each other.</exception>
    public static InstallRequest Read(ParsedArguments arguments)
    {
        var profile = Profile(arguments);
        if (arguments.Has("--kubeconfig") && arguments.Has("--service-account"))
            throw new MisuseException("--kubeconfig or --service-account, not both: the one names a kubeconfig that is there, the other makes one");
        if (arguments.Has("--api-server") && !arguments.Has("--service-account"))
            throw new MisuseException("--api-server stands in the kubeconfig that --service-account makes");
        if (arguments.Value("--api-server") is { } server && !(Uri.TryCreate(server, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps))
            throw new MisuseException($"--api-server: \"{server}\" is no address such as https://10.0.0.1:6443");
        return new InstallRequest
        {
            Host = Root(arguments),
            BinDir = Folder(arguments.PathValue("--bin-dir") ?? profile?.BinDir ?? arguments.Required("--bin-dir", "the runtime's folder of CNI plugins, such as /opt/cni/bin")),
            ConfDir = Folder(arguments.PathValue("--conf-dir") ?? profile?.ConfDir ?? arguments.Required("--conf-dir", "the runtime's folder of network configurations, such as /etc/cni/net.d")),
            Executable = Environment.ProcessPath!,
            Version = ProgramVersion.Version,
            PluginTypes = BuiltinPlugins.Types,
            Primary = arguments.Value("--primary"),
            ConfigFile = arguments.PathValue("--config"),
            SettingsFile = arguments.PathValue("--settings"),
            CniVersion = arguments.Value("--cni-version"),
            ManifestDir = arguments.PathValue("--manifest-dir"),
            Kubeconfig = arguments.PathValue("--kubeconfig"),
            ServiceAccount = arguments.PathValue("--service-account"),
            ApiServer = arguments.Value("--api-server"),
            DaemonSocket = arguments.Value("--daemon-socket"),
            KubeletDir = profile?.KubeletDir,
            Replace = arguments.Has("--replace"),
        };
    }

    /// <summary>The folders of <c>--profile</c>, else of the environment; null where neither is given.</summary>
    /// <exception cref="MisuseException">The environment names one that is not known.</exception>
    public static HostProfile? Profile(ParsedArguments arguments)
    {
        string name = arguments.Value("--profile") ?? Environment.GetEnvironmentVariable(HostProfile.Variable) ?? "";
        if (name.Length == 0)
            return null;
        return HostProfile.Names.Contains(name)
            ? HostProfile.Of(name)
            : throw new MisuseException($"{HostProfile.Variable}: \"{name}\" is not known; allowed are {string.Join(", ", HostProfile.Names)}");
    }

    /// <summary>Where the node's file system is seen from here.</summary>
    public static HostRoot Root(ParsedArguments arguments) =>
        arguments.PathValue("--host-root") is { } root ? new HostRoot(root.TrimEnd('/')) : Installing.HostRoot.Same;

    // "/opt/cni/bin/" and "/opt/cni/bin" are one folder.
    private static string Folder(string path) => path.Length > 1 ? path.TrimEnd('/') : path;
}
