using MultiNet.Meta.Configuration;
using MultiNet.Meta.NodeDaemon;
using MultiNet.Meta.Sources.Cluster;
using MultiNet.Meta.Sources.Manifests;

namespace MultiNet.Meta.Sources;

/// <summary>Chooses the source that a configuration names.</summary>
internal static class PodNetworkSources
{
    /// <summary>
    /// The source, or null where none is configured: then pods get the configured networks only. Manifests, else the node daemon with the API
    /// server behind it, else the API server. Nothing is read or connected yet.
    /// </summary>
    /// <param name="config">The configuration.</param>
    /// <param name="api">Its API server, or null for none.</param>
    public static IPodNetworkSource? Open(MetaConfig config, ClusterApi? api)
    {
        if (OnDisk(config) is { } manifests)
            return manifests;
        return DaemonClient.IsThere(config.DaemonSocket)
            ? new DaemonSource(new DaemonClient(config.DaemonSocket), config, () => OfCluster(api))
            : OfCluster(api);
    }

    /// <summary>The source for what needs nobody else to be there; null where there are no manifests.</summary>
    public static IPodNetworkSource? OnDisk(MetaConfig config) => config.ManifestDir.Length > 0 ? new ManifestSource(config.ManifestDir) : null;

    private static ClusterSource? OfCluster(ClusterApi? api) => api is null ? null : new ClusterSource(api);
}
