using MultiNet.Meta.Configuration;

namespace MultiNet.Meta.Status;

/// <summary>Chooses where network-status is written.</summary>
internal static class StatusSinks
{
    /// <summary>The place that belongs to the configuration's source, or null.</summary>
    public static IStatusSink? Open(MetaConfig config) =>
        config.ManifestDir.Length > 0 ? new ManifestStatusSink(config.ManifestDir) : null;
}
