namespace MultiNet.Kubernetes;

/// <summary>A workload's template of pods, as far as it is used here.</summary>
public sealed record PodTemplate
{
    /// <summary>Labels and annotations of the pods.</summary>
    public ObjectMeta Metadata { get => field ?? new(); init; }
}
