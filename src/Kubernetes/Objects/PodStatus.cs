namespace MultiNet.Kubernetes;

/// <summary>What came of a pod, as far as it is used here.</summary>
public sealed record PodStatus
{
    /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c>, <c>Unknown</c>.</summary>
    public string Phase { get => field ?? ""; init; }

    /// <summary>The claims that were made for it from templates.</summary>
    public IReadOnlyList<PodResourceClaimStatus> ResourceClaimStatuses { get => field ?? []; init; }

    /// <summary>The claim that was made for its extended resources, or null.</summary>
    public PodExtendedResourceClaimStatus? ExtendedResourceClaimStatus { get; init; }
}
