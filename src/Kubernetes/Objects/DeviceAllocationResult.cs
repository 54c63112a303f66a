namespace MultiNet.Kubernetes;

/// <summary>The devices that were allocated to a claim.</summary>
public sealed record DeviceAllocationResult
{
    /// <summary>One for each device, in the order of the claim's requests.</summary>
    public IReadOnlyList<DeviceRequestAllocationResult> Results { get => field ?? []; init; }
}
