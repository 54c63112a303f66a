using System.Net;

namespace MultiNet.Netlink;

/// <summary>One of several next hops of a route.</summary>
public sealed record RouteNextHop
{
    /// <summary>Index of the interface.</summary>
    public required int LinkIndex { get; init; }

    /// <summary>The gateway; null for a destination on the link.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>Weight, 1..256.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>RTNH_F_* flags.</summary>
    public RouteFlags Flags { get; init; }
}
