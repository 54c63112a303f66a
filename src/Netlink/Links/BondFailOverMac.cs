namespace MultiNet.Netlink;

/// <summary>Which hardware addresses the ports of an active-backup bond have: BOND_FOM_*.</summary>
public enum BondFailOverMac : byte
{
    /// <summary>All have that of the bond.</summary>
    None = 0,

    /// <summary>The bond has that of the active port.</summary>
    Active = 1,

    /// <summary>The active port gets that of the bond.</summary>
    Follow = 2,
}
