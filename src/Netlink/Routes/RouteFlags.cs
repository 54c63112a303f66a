namespace MultiNet.Netlink;

/// <summary>Flags of a route or next hop: RTNH_F_* of linux/rtnetlink.h.</summary>
[Flags]
public enum RouteFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>RTNH_F_DEAD: not in use.</summary>
    Dead = 1,

    /// <summary>RTNH_F_ONLINK: the gateway is on the link, whatever the addresses say.</summary>
    OnLink = 4,

    /// <summary>RTNH_F_LINKDOWN: no carrier.</summary>
    LinkDown = 16,
}
