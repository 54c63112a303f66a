using System.Net;

namespace MultiNet.Netlink;

/// <summary>A route. What is null is left to the kernel when adding, and matches anything when deleting.</summary>
public sealed record Route
{
    /// <summary>The destination; <c>0.0.0.0/0</c> or <c>::/0</c> is the default route. It decides the family.</summary>
    public required IPNetwork Destination { get; init; }

    /// <summary>The gateway, of either family; null for a destination on the link.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>Index of the outgoing interface; 0 for none (blackhole, several next hops).</summary>
    public int LinkIndex { get; init; }

    /// <summary>The source address that packets get (prefsrc).</summary>
    public IPAddress? Source { get; init; }

    /// <summary>The metric: the lowest wins. IPv6 makes 1024 of null.</summary>
    public uint? Metric { get; init; }

    /// <summary>The table; any 32-bit number but 0.</summary>
    public uint Table { get; init; } = RouteTable.Main;

    /// <summary>How far the destination is; null means <see cref="RouteScope.Universe"/> when adding. IPv6 has none.</summary>
    public RouteScope? Scope { get; init; }

    /// <summary>What is done; null means unicast when adding.</summary>
    public RouteType? Type { get; init; }

    /// <summary>Who made it; null means boot when adding.</summary>
    public RouteProtocol? Protocol { get; init; }

    /// <summary>RTAX_MTU: MTU of the path in bytes.</summary>
    public uint? Mtu { get; init; }

    /// <summary>RTAX_ADVMSS: the TCP segment size to tell the other side, in bytes.</summary>
    public uint? AdvertisedMss { get; init; }

    /// <summary>RTNH_F_* flags.</summary>
    public RouteFlags Flags { get; init; }

    /// <summary>Several next hops instead of <see cref="Gateway"/> and <see cref="LinkIndex"/>; null otherwise.</summary>
    public IReadOnlyList<RouteNextHop>? NextHops { get; init; }

    /// <summary>The destination is everything.</summary>
    public bool IsDefault => Destination.PrefixLength == 0;

    /// <summary>Such as <c>10.0.0.0/8 via 10.1.2.1 dev 4 metric 5 table 1000</c>.</summary>
    public override string ToString()
    {
        string text = Destination.ToString();
        if (Gateway is not null)
            text += $" via {Gateway}";
        if (LinkIndex != 0)
            text += $" dev {LinkIndex}";
        if (Metric is { } metric)
            text += $" metric {metric}";
        if (Table != RouteTable.Main)
            text += $" table {Table}";
        return text;
    }
}
