namespace MultiNet.Netlink;

/// <summary>The action <c>mirred</c>: sends a packet, or a copy of it, out of another interface.</summary>
/// <param name="LinkIndex">The other interface.</param>
public sealed record MirredAction(int LinkIndex)
{
    /// <summary>The kernel's name of the kind.</summary>
    public const string Kind = "mirred";

    /// <summary>The packet itself goes, not a copy.</summary>
    public bool Redirect { get; init; } = true;

    /// <summary>What becomes of the packet here.</summary>
    public TrafficControl Control { get; init; } = TrafficControl.Stolen;
}
