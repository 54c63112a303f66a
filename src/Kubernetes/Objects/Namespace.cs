namespace MultiNet.Kubernetes;

/// <summary>A namespace of the cluster; nothing but its metadata is used here.</summary>
public sealed record Namespace : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? new(); init; }
}
