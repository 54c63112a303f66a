namespace MultiNet.Kubernetes;

/// <summary>What was allocated to a claim.</summary>
public sealed record AllocationResult
{
    /// <summary>Devices.</summary>
    public DeviceAllocationResult Devices { get => field ?? new(); init; }
}
