namespace MultiNet.Netlink;

/// <summary>Flags of an interface: IFF_* of linux/if.h.</summary>
[Flags]
public enum LinkFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>IFF_UP: administratively up.</summary>
    Up = 0x1,

    /// <summary>IFF_BROADCAST.</summary>
    Broadcast = 0x2,

    /// <summary>IFF_LOOPBACK.</summary>
    Loopback = 0x8,

    /// <summary>IFF_POINTOPOINT.</summary>
    PointToPoint = 0x10,

    /// <summary>IFF_RUNNING: operational (carrier there).</summary>
    Running = 0x40,

    /// <summary>IFF_NOARP.</summary>
    NoArp = 0x80,

    /// <summary>IFF_PROMISC: set by the administrator; a packet capture does not set it.</summary>
    Promiscuous = 0x100,

    /// <summary>IFF_ALLMULTI: set by the administrator.</summary>
    AllMulticast = 0x200,

    /// <summary>IFF_MASTER: of a bond.</summary>
    Master = 0x400,

    /// <summary>IFF_SLAVE: of a bond.</summary>
    Slave = 0x800,

    /// <summary>IFF_MULTICAST.</summary>
    Multicast = 0x1000,

    /// <summary>IFF_LOWER_UP: the driver reports carrier.</summary>
    LowerUp = 0x10000,

    /// <summary>IFF_DORMANT.</summary>
    Dormant = 0x20000,
}
