using MultiNet.Meta.Configuration;
using MultiNet.Meta.NodeDaemon;
using MultiNet.Meta.Sources.Cluster;

namespace MultiNet.Meta.Status;

/// <summary>Chooses where network-status is written.</summary>
internal static class StatusSinks
{
    /// <summary>The place that belongs to the configuration's source, or null.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="api">Its API server, or null for none.</param>
    public static IStatusSink? Open(MetaConfig config, ClusterApi? api)
    {
        if (config.ManifestDir.Length > 0)
            return new ManifestStatusSink(config.ManifestDir);
        return DaemonClient.IsThere(config.DaemonSocket) ? new DaemonStatusSink(new DaemonClient(config.DaemonSocket), () => OfCluster(api)) : OfCluster(api);
    }

    private static ClusterStatusSink? OfCluster(ClusterApi? api) => api is null ? null : new ClusterStatusSink(api);
}
