using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Daemon.Configuration;
using MultiNet.Delegates;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Installing;

namespace MultiNet.Daemon.Installing;

/// <summary>Reads the key <c>install</c> of the daemon's configuration: what <c>multinet install</c> takes as options.</summary>
internal static class InstallationReader
{
    private static readonly string[] s_keys =
    [
        "profile", "binDir", "confDir", "hostRoot", "executable", "primary", "settings", "cniVersion", "kubeconfig", "serviceAccount", "apiServer", "replace",
    ];

    /// <summary>Reads it; null where the key is missing: then nothing is installed.</summary>
    /// <param name="config">The daemon's configuration, without it.</param>
    /// <param name="install">The object.</param>
    /// <exception cref="CniException">Code 6: a value of another type. Code 7: an unknown key, a value out of range, two keys that contradict each other.</exception>
    public static InstallRequest? Read(DaemonConfig config, JsonFields install)
    {
        if (!install.Exists)
            return null;
        foreach (var (key, _) in install.Members())
        {
            if (!s_keys.Contains(key, StringComparer.OrdinalIgnoreCase))
                throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{install.Path}: unknown key \"{key}\"{NearestName.Hint(key, s_keys)}", $"known are {string.Join(", ", s_keys)}");
        }
        string name = install.String("profile", Environment.GetEnvironmentVariable(HostProfile.Variable) is { Length: > 0 } given ? given : HostProfile.All[0].Name);
        if (!HostProfile.Names.Contains(name))
            throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{install.PathOf("profile")}: \"{name}\" is not known", $"allowed: {string.Join(", ", HostProfile.Names)}");
        if (install.Has("kubeconfig") && install.Has("serviceAccount"))
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"{install.Path}: \"kubeconfig\" or \"serviceAccount\", not both",
                "the one names a kubeconfig that is on the node, the other makes one");
        }
        if (install.Has("cniVersion") && !CniVersion.All.Contains(install.String("cniVersion")))
            throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{install.PathOf("cniVersion")}: \"{install.String("cniVersion")}\" is not known", $"allowed: {string.Join(", ", CniVersion.All)}");
        var profile = HostProfile.Of(name);
        return new InstallRequest
        {
            Host = new HostRoot((Path(install, "hostRoot") ?? "").TrimEnd('/')),
            BinDir = Path(install, "binDir") ?? profile.BinDir,
            ConfDir = Path(install, "confDir") ?? profile.ConfDir,
            Executable = Path(install, "executable") ?? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Environment.ProcessPath)!, InstallPaths.Program),
            Version = ProgramVersion.Version,
            PluginTypes = BuiltinPlugins.Types,
            Primary = Text(install, "primary"),
            SettingsFile = Path(install, "settings"),
            CniVersion = Text(install, "cniVersion"),
            Kubeconfig = Path(install, "kubeconfig"),
            ServiceAccount = Path(install, "serviceAccount"),
            ApiServer = Server(install),
            DaemonSocket = config.Socket == MetaConfig.DefaultDaemonSocket ? null : config.Socket,
            KubeletDir = profile.KubeletDir,
            Replace = install.Bool("replace"),
        };
    }

    private static string? Text(JsonFields fields, string key) => fields.Has(key) ? fields.String(key) : null;

    private static string? Path(JsonFields fields, string key)
    {
        if (Text(fields, key) is not { } path)
            return null;
        return path.Length > 0 && path[0] == '/'
            ? path.Length > 1 ? path.TrimEnd('/') : path
            : throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{fields.PathOf(key)}: \"{path}\" is no absolute path", "expected a path that begins with /");
    }

    private static string? Server(JsonFields fields)
    {
        if (Text(fields, "apiServer") is not { } server)
            return null;
        return Uri.TryCreate(server, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
            ? server
            : throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{fields.PathOf("apiServer")}: \"{server}\" is no address of an API server", "expected such as https://10.0.0.1:6443");
    }
}
