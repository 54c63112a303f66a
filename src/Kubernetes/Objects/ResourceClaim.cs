namespace MultiNet.Kubernetes;

/// <summary>A ResourceClaim (resource.k8s.io), as far as it is used here: the devices that the scheduler has chosen.</summary>
public sealed record ResourceClaim : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>What came of it.</summary>
    public ResourceClaimStatus Status { get => field ?? new(); init; }
}
