using System.Net;
using System.Net.Sockets;

namespace MultiNet.Netlink;

/// <summary>A routing policy rule: which packets are routed by which table. What is null matches anything.</summary>
public sealed record Rule
{
    /// <summary>InterNetwork or InterNetworkV6.</summary>
    public required AddressFamily Family { get; init; }

    /// <summary>The order, lowest first. Null, when adding: the kernel puts it before all but the first.</summary>
    public uint? Priority { get; init; }

    /// <summary>Packets from here.</summary>
    public IPNetwork? Source { get; init; }

    /// <summary>Packets to here.</summary>
    public IPNetwork? Destination { get; init; }

    /// <summary>Name of the interface that packets came in by.</summary>
    public string? InInterface { get; init; }

    /// <summary>Name of the interface that a socket is bound to.</summary>
    public string? OutInterface { get; init; }

    /// <summary>Firewall mark of packets.</summary>
    public uint? Mark { get; init; }

    /// <summary>The bits of <see cref="Mark"/> that count; all by default.</summary>
    public uint? MarkMask { get; init; }

    /// <summary>Packets that do not match.</summary>
    public bool Invert { get; init; }

    /// <summary>What is done: unicast looks into <see cref="Table"/>; blackhole, unreachable and prohibit are possible too.</summary>
    public RouteType Action { get; init; } = RouteType.Unicast;

    /// <summary>The table to look into; 0 for none.</summary>
    public uint Table { get; init; }

    /// <summary>Who made it; null means boot when adding.</summary>
    public RouteProtocol? Protocol { get; init; }

    /// <summary>Such as <c>from 10.1.0.2/32 table 100</c>.</summary>
    public override string ToString()
    {
        string text = Invert ? "not from " : "from ";
        text += Source?.ToString() ?? "all";
        if (Destination is { } destination)
            text += $" to {destination}";
        if (InInterface is not null)
            text += $" iif {InInterface}";
        if (OutInterface is not null)
            text += $" oif {OutInterface}";
        if (Mark is { } mark)
            text += $" fwmark 0x{mark:x}";
        if (Priority is { } priority)
            text += $" priority {priority}";
        return $"{text} table {Table}";
    }
}
