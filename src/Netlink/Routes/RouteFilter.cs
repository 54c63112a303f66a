using System.Net.Sockets;

namespace MultiNet.Netlink;

/// <summary>Which routes to list. What is null or Unspecified matches anything.</summary>
public sealed record RouteFilter
{
    /// <summary>InterNetwork, InterNetworkV6, or Unspecified for both.</summary>
    public AddressFamily Family { get; init; }

    /// <summary>The table; <see cref="RouteTable.Main"/> by default, null for all.</summary>
    public uint? Table { get; init; } = RouteTable.Main;

    /// <summary>Index of the outgoing interface.</summary>
    public int? LinkIndex { get; init; }

    /// <summary>Who made it.</summary>
    public RouteProtocol? Protocol { get; init; }

    /// <summary>What is done.</summary>
    public RouteType? Type { get; init; }

    internal bool Matches(Route route) =>
        (Table is null || route.Table == Table)
        && (Protocol is null || route.Protocol == Protocol)
        && (Type is null || route.Type == Type)
        && (LinkIndex is null || route.LinkIndex == LinkIndex || HasNextHopOn(route, LinkIndex.Value));

    private static bool HasNextHopOn(Route route, int linkIndex)
    {
        if (route.NextHops is not { } hops)
            return false;
        foreach (var hop in hops)
        {
            if (hop.LinkIndex == linkIndex)
                return true;
        }
        return false;
    }
}
