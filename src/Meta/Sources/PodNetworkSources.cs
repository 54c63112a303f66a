using MultiNet.Cni;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.NodeDaemon;
using MultiNet.Meta.Sources.Manifests;

namespace MultiNet.Meta.Sources;

/// <summary>Chooses the source that a configuration names.</summary>
internal static class PodNetworkSources
{
    /// <summary>The source, or null where none is configured: then pods get the configured networks only.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="pod">The pod that the call is for, or null.</param>
    /// <exception cref="CniException">Code 7: a cluster is configured, which this version cannot reach.</exception>
    public static IPodNetworkSource? Open(MetaConfig config, PodReference? pod = null)
    {
        if (config.ManifestDir.Length > 0)
            return new ManifestSource(config.ManifestDir);
        return DaemonClient.IsThere(config.DaemonSocket)
            ? new DaemonSource(new DaemonClient(config.DaemonSocket), config, pod, () => OpenCluster(config))
            : OpenCluster(config);
    }

    private static IPodNetworkSource? OpenCluster(MetaConfig config)
    {
        if (config.Kubeconfig.Length > 0)
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, "the key \"kubeconfig\" names a cluster, and this version reads pods from \"manifestDir\" only",
                "remove \"kubeconfig\", or give \"manifestDir\", which comes before it");
        }
        return null;
    }
}
