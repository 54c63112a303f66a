namespace MultiNet.Kubernetes;

/// <summary>What came of a claim.</summary>
public sealed record ResourceClaimStatus
{
    /// <summary>What was allocated; null before.</summary>
    public AllocationResult? Allocation { get; init; }
}
