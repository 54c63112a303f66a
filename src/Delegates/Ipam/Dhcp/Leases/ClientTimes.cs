namespace MultiNet.Delegates.Ipam.Dhcp.Leases;

/// <summary>How patient a client is; the daemon's options.</summary>
internal sealed record ClientTimes
{
    /// <summary>How long answers to one renewal are listened to (<c>--timeout</c>).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest pause between two sendings of one message (<c>--resendmax</c>).</summary>
    public TimeSpan ResendMax { get; init; } = TimeSpan.FromSeconds(62);

    /// <summary>When an ADD is given up (<c>--resendtimeout</c>).</summary>
    public TimeSpan ResendTimeout { get; init; } = TimeSpan.FromSeconds(208);

    /// <summary>Ask for answers to everybody (<c>--broadcast</c>).</summary>
    public bool Broadcast { get; init; }
}
