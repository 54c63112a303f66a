namespace MultiNet.Netlink;

/// <summary>How a bond spreads packets over its ports: BOND_MODE_* of linux/if_bonding.h.</summary>
public enum BondMode : byte
{
    /// <summary><c>balance-rr</c>: in turn.</summary>
    RoundRobin = 0,

    /// <summary><c>active-backup</c>: one port at a time.</summary>
    ActiveBackup = 1,

    /// <summary><c>balance-xor</c>: by a hash of the packet.</summary>
    Xor = 2,

    /// <summary><c>broadcast</c>: over all.</summary>
    Broadcast = 3,

    /// <summary><c>802.3ad</c>: as the switch agrees to (LACP).</summary>
    Ieee8023Ad = 4,

    /// <summary><c>balance-tlb</c>: sent by load, received by one.</summary>
    TransmitLoad = 5,

    /// <summary><c>balance-alb</c>: sent and received by load.</summary>
    AdaptiveLoad = 6,
}
