namespace MultiNet.Netlink;

/// <summary>What a route or rule does with a packet: RTN_* of linux/rtnetlink.h.</summary>
public enum RouteType : byte
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>To a gateway or a link.</summary>
    Unicast = 1,

    /// <summary>To this host.</summary>
    Local = 2,

    /// <summary>Broadcast.</summary>
    Broadcast = 3,

    /// <summary>Anycast.</summary>
    Anycast = 4,

    /// <summary>Multicast.</summary>
    Multicast = 5,

    /// <summary>Dropped silently.</summary>
    Blackhole = 6,

    /// <summary>Refused: unreachable.</summary>
    Unreachable = 7,

    /// <summary>Refused: prohibited.</summary>
    Prohibit = 8,

    /// <summary>Not in this table.</summary>
    Throw = 9,
}
