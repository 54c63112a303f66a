namespace MultiNet.Kubernetes;

/// <summary>A pod, as far as it is used here.</summary>
public sealed record Pod : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>What was asked for.</summary>
    public PodSpec Spec { get => field ?? new(); init; }

    /// <summary>What came of it.</summary>
    public PodStatus Status { get => field ?? new(); init; }
}
