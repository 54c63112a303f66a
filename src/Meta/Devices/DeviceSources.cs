using MultiNet.Meta.Configuration;
using MultiNet.Meta.Sources.Cluster;

namespace MultiNet.Meta.Devices;

/// <summary>Who knows the devices of this node's pods.</summary>
internal static class DeviceSources
{
    /// <summary>In the order in which they are asked. Nothing is opened yet.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="api">Its API server, or null for none.</param>
    public static IReadOnlyList<IDeviceSource> Of(MetaConfig config, ClusterApi? api)
    {
        var kubelet = new KubeletDeviceSource(config.KubeletDir);
        // Pods of manifests may have no kubelet: then nobody allocates, and the annotation's word counts.
        if (config.ManifestDir.Length > 0 && !kubelet.IsThere)
            return [];
        return api is null ? [kubelet] : [kubelet, new ClaimDeviceSource(api)];
    }
}
