namespace MultiNet.Kubernetes;

/// <summary>A node of the cluster, as far as it is used here.</summary>
public sealed record Node : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>What it says of itself.</summary>
    public NodeStatus Status { get => field ?? new(); init; }
}
