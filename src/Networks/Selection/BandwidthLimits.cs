namespace MultiNet.Networks;

/// <summary>
/// Limits for an attachment's traffic (NPWG v1.3, section 4.1.2.1.7). 0 is "not set": Go clients write all four keys always. A rate
/// without a burst is allowed by the standard, while the bandwidth plugin refuses it: <see cref="WithDefaultBursts"/> fills the burst.
/// </summary>
public sealed record BandwidthLimits
{
    // As good as none, and within the 32 bits of bytes in which the bandwidth plugin counts.
    private const long DefaultBurst = int.MaxValue;

    /// <summary>Bits per second to the pod; 0 for no limit.</summary>
    public long IngressRate { get; init; }

    /// <summary>Bits to the pod that may pass at once; 0 where not set.</summary>
    public long IngressBurst { get; init; }

    /// <summary>Bits per second from the pod; 0 for no limit.</summary>
    public long EgressRate { get; init; }

    /// <summary>Bits from the pod that may pass at once; 0 where not set.</summary>
    public long EgressBurst { get; init; }

    /// <summary>The same limits, where a rate without a burst gets a burst of 2147483647 bits.</summary>
    public BandwidthLimits WithDefaultBursts() => this with
    {
        IngressBurst = IngressRate > 0 && IngressBurst == 0 ? DefaultBurst : IngressBurst,
        EgressBurst = EgressRate > 0 && EgressBurst == 0 ? DefaultBurst : EgressBurst,
    };
}
