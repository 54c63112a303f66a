using System.Text;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Daemon.Installing;
using MultiNet.Hosting.Configuration;
using MultiNet.Meta.Installing;

namespace MultiNet.Daemon.Configuration;

/// <summary>Reads the daemon's configuration. A key that is not known is refused: a slip must not leave a node half configured.</summary>
internal static class DaemonConfigReader
{
    private static readonly string[] s_keys =
    [
        "nodeName", "kubeconfig", "socket", "stateDir", "connections", "listen", "events", "readinessIndicatorFile", "logLevel", "shutdownSeconds",
        "hostProcess", "hostMultinet", "hostConfig", "hotPlug", "reconcileSeconds", "checkSeconds", "repair", "install",
    ];

    /// <summary>Reads a file.</summary>
    /// <exception cref="CniException">Code 5: it cannot be read. Code 6: not JSON, or a value of another type. Code 7: an unknown key, a value out of range.</exception>
    public static DaemonConfig Load(string path) => ConfigValues.Load(path, Read);

    /// <summary>Reads the text.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static DaemonConfig Read(ReadOnlyMemory<byte> json, string origin)
    {
        var fields = JsonFields.Parse(json, origin);
        ConfigValues.RefuseUnknown(fields, s_keys);
        var defaults = new DaemonConfig();
        var config = new DaemonConfig
        {
            NodeName = ReadNodeName(fields.String("nodeName"), fields.PathOf("nodeName")),
            Kubeconfig = ConfigValues.AbsolutePath(fields, "kubeconfig", defaults.Kubeconfig),
            Socket = ReadSocket(fields, defaults.Socket),
            StateDir = ConfigValues.AbsolutePath(fields, "stateDir", defaults.StateDir),
            Connections = ConfigValues.Number(fields, "connections", defaults.Connections, 1, 1024),
            Listen = fields.Has("listen") ? ConfigValues.EndPoint(fields, "listen", "127.0.0.1:9453", mayBeOff: true) : defaults.Listen,
            Events = fields.Bool("events", defaults.Events),
            ReadinessIndicatorFile = ConfigValues.AbsolutePath(fields, "readinessIndicatorFile", defaults.ReadinessIndicatorFile),
            LogLevel = ConfigValues.LogLevel(fields, "logLevel", defaults.LogLevel),
            Shutdown = TimeSpan.FromSeconds(ConfigValues.Number(fields, "shutdownSeconds", (int)defaults.Shutdown.TotalSeconds, 1, 300)),
            HostProcess = ConfigValues.AbsolutePath(fields, "hostProcess", defaults.HostProcess),
            HostMultinet = ConfigValues.AbsolutePath(fields, "hostMultinet", defaults.HostMultinet),
            HostConfig = ConfigValues.AbsolutePath(fields, "hostConfig", defaults.HostConfig),
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
                throw ConfigValues.Invalid(where, name, "no name of a node", "allowed are lower case letters, digits, '-' and '.'");
        }
        return name.Length <= 253 ? name : throw ConfigValues.Invalid(where, name, "too long for the name of a node", "at most 253 characters");
    }

    private static string ReadSocket(JsonFields fields, string fallback)
    {
        string path = ConfigValues.AbsolutePath(fields, "socket", fallback);
        // The kernel takes 107 bytes; the socket is made under a longer name, and renamed.
        return Encoding.UTF8.GetByteCount(path) < 100 && Path.GetDirectoryName(path) is { Length: > 1 }
            ? path
            : throw ConfigValues.Invalid(fields.PathOf("socket"), path, "no place for the socket", "expected at most 99 bytes, and a folder that only the daemon uses");
    }

    private static TimeSpan Period(JsonFields fields, string key, TimeSpan fallback) =>
        fields.Int(key, (int)fallback.TotalSeconds) == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(ConfigValues.Number(fields, key, (int)fallback.TotalSeconds, 30, 86400));
}
