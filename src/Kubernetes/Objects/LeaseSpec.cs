namespace MultiNet.Kubernetes;

/// <summary>Who holds a lease. Times are those of the holder's clock, <c>2026-01-31T12:00:00.000000Z</c> (meta/v1 MicroTime).</summary>
public sealed record LeaseSpec
{
    /// <summary>The holder; null or empty for nobody.</summary>
    public string? HolderIdentity { get; init; }

    /// <summary>How long others wait after the last change before they take it, in seconds.</summary>
    public int? LeaseDurationSeconds { get; init; }

    /// <summary>When the holder got it.</summary>
    public string? AcquireTime { get; init; }

    /// <summary>When the holder renewed it last.</summary>
    public string? RenewTime { get; init; }

    /// <summary>How often the holder has changed.</summary>
    public int? LeaseTransitions { get; init; }
}
