using MultiNet.Meta.Configuration;

namespace MultiNet.Meta.Devices;

/// <summary>Who knows the devices of this node's pods.</summary>
internal static class DeviceSources
{
    /// <summary>In the order in which they are asked. Nothing is opened yet.</summary>
    public static IReadOnlyList<IDeviceSource> Of(MetaConfig config) => [new KubeletDeviceSource(config.KubeletDir)];
}
