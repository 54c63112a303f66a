using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates;

namespace MultiNet.Meta.Configuration;

/// <summary>Reads the meta plugin's configuration from what the runtime writes to the standard input.</summary>
public static class MetaConfigReader
{
    /// <summary>Reads and validates.</summary>
    /// <exception cref="CniException">Code 6: not JSON or a key of another type. Code 7: a value out of range, or no network at all.</exception>
    public static MetaConfig Read(ReadOnlyMemory<byte> json)
    {
        var fields = JsonFields.Parse(json, "network configuration");
        var config = new MetaConfig { Raw = json };
        config = config with
        {
            CniVersion = Cni.CniVersion.OrDefault(fields.String("cniVersion")),
            Name = fields.String("name"),
            ConfDir = Directory(fields, "confDir", config.ConfDir),
            CniDir = Directory(fields, "cniDir", config.CniDir),
            BinDir = Directory(fields, "binDir", config.BinDir),
            Delegates = ReadDelegates(fields),
            ClusterNetwork = FileName(fields, "clusterNetwork"),
            DefaultNetworks = fields.Strings("defaultNetworks"),
            Kubeconfig = FileName(fields, "kubeconfig"),
            ApiTimeout = ReadSeconds(fields, "apiTimeoutSeconds", config.ApiTimeout, 600),
            DaemonSocket = ReadDaemonSocket(fields),
            LogFile = FileName(fields, "logFile"),
            LogLevel = ReadLogLevel(fields),
            LogToStderr = fields.Bool("logToStderr", true),
            LogOptions = ReadLogOptions(fields.Object("logOptions")),
            ReadinessIndicatorFile = FileName(fields, "readinessindicatorfile"),
            NamespaceIsolation = fields.Bool("namespaceIsolation"),
            GlobalNamespaces = fields.Has("globalNamespaces") ? SplitList(fields.String("globalNamespaces")) : config.GlobalNamespaces,
            SystemNamespaces = fields.Has("systemNamespaces") ? fields.Strings("systemNamespaces") : config.SystemNamespaces,
            MultusNamespace = fields.String("multusNamespace", config.MultusNamespace),
            RetryDeleteOnError = fields.Bool("retryDeleteOnError"),
            AuxiliaryCniChainName = FileName(fields, "auxiliaryCNIChainName"),
            ManifestDir = Directory(fields, "manifestDir", ""),
            StateDir = Directory(fields, "stateDir", config.StateDir),
            KubeletDir = Directory(fields, "kubeletDir", config.KubeletDir),
            Builtin = ReadBuiltin(fields),
            Parallel = ReadParallel(fields),
            AttachmentTimeout = ReadSeconds(fields, "attachmentTimeoutSeconds", config.AttachmentTimeout, 3600),
        };
        Validate(config);
        return config;
    }

    private static void Validate(MetaConfig config)
    {
        if (config.ClusterNetwork.Length == 0 && config.Delegates.Count == 0)
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, "LoadNetConf: at least one delegate/clusterNetwork must be specified",
                "the key \"clusterNetwork\" names the cluster's default network, or \"delegates\" holds its configuration");
        }
        if (config.AuxiliaryCniChainName.Length > 0 && !config.ClusterNetwork.Contains('/'))
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, "auxiliaryCNIChainName needs a clusterNetwork that is the path of a file",
                $"auxiliaryCNIChainName is \"{config.AuxiliaryCniChainName}\", clusterNetwork is \"{config.ClusterNetwork}\"");
        }
        if (config.AuxiliaryCniChainName.Contains('/'))
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"auxiliaryCNIChainName \"{config.AuxiliaryCniChainName}\" must not contain /",
                "it names a folder beside the file of the cluster network");
        }
    }

    private static List<ReadOnlyMemory<byte>> ReadDelegates(JsonFields fields)
    {
        var delegates = new List<ReadOnlyMemory<byte>>();
        foreach (var element in fields.Array("delegates"))
        {
            if (element.ValueKind != JsonValueKind.Object)
                throw JsonFields.Mismatch($"{fields.PathOf("delegates")}[{delegates.Count}]", "a network configuration or a list of them (an object)", element);
            delegates.Add(RawJson.BytesOf(element));
        }
        return delegates;
    }

    private static string Directory(JsonFields fields, string key, string fallback)
    {
        string path = FileName(fields, key);
        if (path.Length == 0)
            return fallback;
        return path[0] == '/'
            ? path
            : throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{fields.PathOf(key)}: \"{Shortened.Text(path, 256)}\" is not an absolute path", "the plugin is started in any folder");
    }

    private static string ReadDaemonSocket(JsonFields fields)
    {
        if (fields.String("daemonSocket") == "off")
            return "";
        string path = Directory(fields, "daemonSocket", MetaConfig.DefaultDaemonSocket);
        // The kernel's limit for the address of a unix socket, with its zero byte.
        return System.Text.Encoding.UTF8.GetByteCount(path) < 108
            ? path
            : throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"{fields.PathOf("daemonSocket")}: \"{Shortened.Text(path, 256)}\" is too long for a socket", "at most 107 bytes; \"off\" for no daemon");
    }

    // The kernel would cut a name at a zero byte; no name of a file that is meant holds any of these.
    private static string FileName(JsonFields fields, string key)
    {
        string name = fields.String(key);
        foreach (char c in name)
        {
            if (char.IsControl(c))
                throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{fields.PathOf(key)}: \"{Shortened.Text(name, 256)}\" holds a control character");
        }
        return name;
    }

    private static string ReadLogLevel(JsonFields fields)
    {
        string level = fields.String("logLevel", "panic").ToLowerInvariant();
        return level is "debug" or "verbose" or "error" or "panic" or ""
            ? level.Length == 0 ? "panic" : level
            : throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"{fields.PathOf("logLevel")}: unknown level \"{level}\"", "allowed: debug, verbose, error, panic");
    }

    private static LogOptions ReadLogOptions(JsonFields fields)
    {
        var defaults = new LogOptions();
        return new LogOptions
        {
            MaxAge = NotNegative(fields, "maxAge", defaults.MaxAge),
            MaxSize = NotNegative(fields, "maxSize", defaults.MaxSize),
            MaxBackups = NotNegative(fields, "maxBackups", defaults.MaxBackups),
            Compress = fields.Bool("compress", defaults.Compress),
        };
    }

    private static int NotNegative(JsonFields fields, string key, int fallback)
    {
        int value = fields.Int(key, fallback);
        return value >= 0
            ? value
            : throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{fields.PathOf(key)}: {value} is negative");
    }

    private static IReadOnlyList<string> SplitList(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static BuiltinPolicy ReadBuiltin(JsonFields fields) =>
        fields.TryGet("builtin", out var value) ? BuiltinPolicy.Parse(value, fields.PathOf("builtin"), BuiltinPlugins.Types) : BuiltinPolicy.First;

    private static ParallelMode ReadParallel(JsonFields fields)
    {
        string text = fields.String("parallel", "off");
        return text switch
        {
            "off" => ParallelMode.Off,
            "builtin" => ParallelMode.Builtin,
            "all" => ParallelMode.All,
            _ => throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"{fields.PathOf("parallel")}: unknown value \"{text}\"", "allowed: \"off\", \"builtin\", \"all\""),
        };
    }

    private static TimeSpan ReadSeconds(JsonFields fields, string key, TimeSpan fallback, int most)
    {
        int seconds = fields.Int(key, (int)fallback.TotalSeconds);
        return seconds >= 1 && seconds <= most
            ? TimeSpan.FromSeconds(seconds)
            : throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{fields.PathOf(key)}: {seconds} is not between 1 and {most}");
    }
}
