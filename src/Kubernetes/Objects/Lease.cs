namespace MultiNet.Kubernetes;

/// <summary>A lease (coordination.k8s.io/v1): who of several does something that only one may do.</summary>
public sealed record Lease : IKubernetesObject
{
    /// <summary><c>coordination.k8s.io/v1</c>.</summary>
    public string ApiVersion { get => field ?? "coordination.k8s.io/v1"; init; }

    /// <summary><c>Lease</c>.</summary>
    public string Kind { get => field ?? "Lease"; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>Who holds it, and since when.</summary>
    public LeaseSpec Spec { get => field ?? new(); init; }
}
