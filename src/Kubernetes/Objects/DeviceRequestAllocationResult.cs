namespace MultiNet.Kubernetes;

/// <summary>A device that was allocated: driver, pool and name together name it in the cluster.</summary>
public sealed record DeviceRequestAllocationResult
{
    /// <summary>The request in the claim; <c>REQUEST/SUBREQUEST</c> where it had alternatives.</summary>
    public string Request { get => field ?? ""; init; }

    /// <summary>The driver.</summary>
    public string Driver { get => field ?? ""; init; }

    /// <summary>The driver's pool.</summary>
    public string Pool { get => field ?? ""; init; }

    /// <summary>The device in the pool.</summary>
    public string Device { get => field ?? ""; init; }
}
