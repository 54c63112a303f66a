using System.Net;
using System.Text;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Daemon.Installing;
using MultiNet.Daemon.Logging;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.Installing;

namespace MultiNet.Daemon.Configuration;

/// <summary>Reads the daemon's configuration. A key that is not known is refused: a slip must not leave a node half configured.</summary>
internal static class DaemonConfigReader
{
    private const int LargestFile = 1 << 20;

    private static readonly string[] s_keys =
    [
        "nodeName", "kubeconfig", "socket", "stateDir", "connections", "listen", "events", "readinessIndicatorFile", "logLevel", "shutdownSeconds",
        "hostProcess", "hostMultinet", "hostConfig", "hotPlug", "reconcileSeconds", "checkSeconds", "repair", "install",
    ];

    /// <summary>Reads a file.</summary>
    /// <exception cref="CniException">Code 5: it cannot be read. Code 6: not JSON, or a value of another type. Code 7: an unknown key, a value out of range.</exception>
    public static DaemonConfig Load(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > LargestFile)
                throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{path}: {file.Length} bytes; at most {LargestFile} are read");
            return Read(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"{path}: cannot be read: {e.Message}", "", e);
        }
    }

    /// <summary>Reads the text.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static DaemonConfig Read(ReadOnlyMemory<byte> json, string origin)
    {
        var fields = JsonFields.Parse(json, origin);
        foreach (var (key, _) in fields.Members())
        {
            if (!s_keys.Contains(key, StringComparer.OrdinalIgnoreCase))
                throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{origin}: unknown key \"{key}\"{NearestName.Hint(key, s_keys)}", $"known are {string.Join(", ", s_keys)}");
        }
        var defaults = new DaemonConfig();
        var config = new DaemonConfig
        {
            NodeName = ReadNodeName(fields.String("nodeName"), fields.PathOf("nodeName")),
            Kubeconfig = PathOf(fields, "kubeconfig", defaults.Kubeconfig),
            Socket = ReadSocket(fields, defaults.Socket),
            StateDir = PathOf(fields, "stateDir", defaults.StateDir),
            Connections = Number(fields, "connections", defaults.Connections, 1, 1024),
            Listen = fields.Has("listen") ? ReadListen(fields.String("listen"), fields.PathOf("listen")) : defaults.Listen,
            Events = fields.Bool("events", defaults.Events),
            ReadinessIndicatorFile = PathOf(fields, "readinessIndicatorFile", defaults.ReadinessIndicatorFile),
            LogLevel = ReadLogLevel(fields, defaults.LogLevel),
            Shutdown = TimeSpan.FromSeconds(Number(fields, "shutdownSeconds", (int)defaults.Shutdown.TotalSeconds, 1, 300)),
            HostProcess = PathOf(fields, "hostProcess", defaults.HostProcess),
            HostMultinet = PathOf(fields, "hostMultinet", defaults.HostMultinet),
            HostConfig = PathOf(fields, "hostConfig", defaults.HostConfig),
            HotPlug = fields.Bool("hotPlug", defaults.HotPlug),
            Reconcile = Period(fields, "reconcileSeconds", defaults.Reconcile),
            Check = Period(fields, "checkSeconds", defaults.Check),
            Repair = fields.Bool("repair", defaults.Repair),
        };
        if (InstallationReader.Read(config, fields.Object("install")) is not { } install)
            return config;
        return config with { Install = install, HostMultinet = fields.Has("hostMultinet") ? config.HostMultinet : Path.Combine(install.BinDir, InstallPaths.Program) };
    }

    /// <summary>A node's name: what may stand in a field selector without another meaning.</summary>
    /// <exception cref="CniException">Code 7: it is none.</exception>
    public static string ReadNodeName(string name, string where)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('-' or '.'))
                throw Invalid(where, name, "no name of a node", "allowed are lower case letters, digits, '-' and '.'");
        }
        return name.Length <= 253 ? name : throw Invalid(where, name, "too long for the name of a node", "at most 253 characters");
    }

    private static IPEndPoint? ReadListen(string text, string where)
    {
        if (text == "off")
            return null;
        return IPEndPoint.TryParse(text, out var found) && found.Port > 0
            ? found
            : throw Invalid(where, text, "no address to listen on", "expected an address with a port, such as \"127.0.0.1:9453\" or \"[::]:9453\", or \"off\"");
    }

    private static string ReadSocket(JsonFields fields, string fallback)
    {
        string path = PathOf(fields, "socket", fallback);
        // The kernel takes 107 bytes; the socket is made under a longer name, and renamed.
        return Encoding.UTF8.GetByteCount(path) < 100 && Path.GetDirectoryName(path) is { Length: > 1 }
            ? path
            : throw Invalid(fields.PathOf("socket"), path, "no place for the socket", "expected at most 99 bytes, and a folder that only the daemon uses");
    }

    private static string PathOf(JsonFields fields, string key, string fallback)
    {
        string path = fields.String(key, fallback);
        if (path.Length == 0)
            return path;
        foreach (char c in path)
        {
            if (char.IsControl(c))
                throw Invalid(fields.PathOf(key), path, "no path", "it holds a control character");
        }
        return path[0] == '/' ? path : throw Invalid(fields.PathOf(key), path, "no absolute path", "expected a path that begins with /");
    }

    private static DaemonLogLevel ReadLogLevel(JsonFields fields, DaemonLogLevel fallback)
    {
        string text = fields.String("logLevel");
        return text switch
        {
            "" => fallback,
            "debug" => DaemonLogLevel.Debug,
            "info" => DaemonLogLevel.Info,
            "warning" => DaemonLogLevel.Warning,
            "error" => DaemonLogLevel.Error,
            _ => throw Invalid(fields.PathOf("logLevel"), text, "not known", "allowed: debug, info, warning, error"),
        };
    }

    private static TimeSpan Period(JsonFields fields, string key, TimeSpan fallback) =>
        fields.Int(key, (int)fallback.TotalSeconds) == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Number(fields, key, (int)fallback.TotalSeconds, 30, 86400));

    private static int Number(JsonFields fields, string key, int fallback, int least, int most)
    {
        int value = fields.Int(key, fallback);
        return value >= least && value <= most
            ? value
            : throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{fields.PathOf(key)}: {value} is not between {least} and {most}");
    }

    private static CniException Invalid(string where, string value, string what, string expected) =>
        new(CniErrorCode.InvalidNetworkConfig, $"{where}: \"{(value.Length > 256 ? value[..256] + "..." : value)}\" is {what}", expected);
}
