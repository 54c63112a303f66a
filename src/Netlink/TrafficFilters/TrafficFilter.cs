namespace MultiNet.Netlink;

/// <summary>A filter as the kernel describes it.</summary>
public sealed record TrafficFilter
{
    /// <summary>ETH_P_ALL: packets of every protocol.</summary>
    public const ushort EveryProtocol = 3;

    internal const string U32 = "u32";
    internal const string MatchAll = "matchall";

    /// <summary>The interface.</summary>
    public required int LinkIndex { get; init; }

    /// <summary>The kernel's name of the kind.</summary>
    public required string Kind { get; init; }

    /// <summary>The place it stands at.</summary>
    public TrafficHandle Parent { get; init; }

    /// <summary>Its place among the filters.</summary>
    public ushort Priority { get; init; }

    /// <summary>ETH_P_* in host byte order.</summary>
    public ushort Protocol { get; init; }

    /// <summary>Does it match every packet? True for a <c>matchall</c>, and for a <c>u32</c> whose keys mask every bit away.</summary>
    public bool MatchesEverything { get; init; }

    /// <summary>Its actions of kind <c>mirred</c>, in order.</summary>
    public IReadOnlyList<MirredAction> Actions { get; init; } = [];
}
