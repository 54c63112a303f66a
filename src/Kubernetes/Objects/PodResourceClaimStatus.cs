namespace MultiNet.Kubernetes;

/// <summary>Which ResourceClaim was made for a claim of the pod's spec.</summary>
public sealed record PodResourceClaimStatus
{
    /// <summary>The name within the pod.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The ResourceClaim in the pod's namespace; empty where none was needed.</summary>
    public string ResourceClaimName { get => field ?? ""; init; }
}
