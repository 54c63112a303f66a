using MultiNet.Meta.Configuration;
using MultiNet.Meta.NodeDaemon;

namespace MultiNet.Meta.Status;

/// <summary>Chooses where network-status is written.</summary>
internal static class StatusSinks
{
    /// <summary>The place that belongs to the configuration's source, or null.</summary>
    public static IStatusSink? Open(MetaConfig config)
    {
        if (config.ManifestDir.Length > 0)
            return new ManifestStatusSink(config.ManifestDir);
        return DaemonClient.IsThere(config.DaemonSocket) ? new DaemonStatusSink(new DaemonClient(config.DaemonSocket), static () => null) : null;
    }
}
