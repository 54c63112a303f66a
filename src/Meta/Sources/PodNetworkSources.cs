using MultiNet.Cni;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Sources.Manifests;

namespace MultiNet.Meta.Sources;

/// <summary>Chooses the source that a configuration names.</summary>
internal static class PodNetworkSources
{
    /// <summary>The source, or null where none is configured: then pods get the configured networks only.</summary>
    /// <exception cref="CniException">Code 7: a cluster is configured, which this version cannot reach.</exception>
    public static IPodNetworkSource? Open(MetaConfig config)
    {
        if (config.ManifestDir.Length > 0)
            return new ManifestSource(config.ManifestDir);
        if (config.Kubeconfig.Length > 0)
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, "the key \"kubeconfig\" names a cluster, and this version reads pods from \"manifestDir\" only",
                "remove \"kubeconfig\", or give \"manifestDir\", which comes before it");
        }
        return null;
    }
}
