namespace MultiNet.Netlink;

/// <summary>On which layer an ipvlan interface passes packets on: IPVLAN_MODE_* of linux/if_link.h.</summary>
public enum IpvlanMode : ushort
{
    /// <summary>Frames: broadcasts and multicasts reach it.</summary>
    L2 = 0,

    /// <summary>Packets: the parent's namespace routes, there are no broadcasts and no neighbour discovery.</summary>
    L3 = 1,

    /// <summary>As <see cref="L3"/>, with the parent's netfilter in between.</summary>
    L3S = 2,
}
