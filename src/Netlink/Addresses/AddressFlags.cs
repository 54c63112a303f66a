namespace MultiNet.Netlink;

/// <summary>Flags of an address: IFA_F_* of linux/if_addr.h.</summary>
[Flags]
public enum AddressFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>IFA_F_SECONDARY (IPv4), IFA_F_TEMPORARY (IPv6).</summary>
    Secondary = 0x01,

    /// <summary>IFA_F_NODAD: usable at once, without duplicate address detection (IPv6).</summary>
    NoDuplicateDetection = 0x02,

    /// <summary>IFA_F_OPTIMISTIC: usable while duplicates are looked for.</summary>
    Optimistic = 0x04,

    /// <summary>IFA_F_DADFAILED: somebody else has it.</summary>
    DuplicateDetected = 0x08,

    /// <summary>IFA_F_DEPRECATED: the preferred lifetime is over.</summary>
    Deprecated = 0x20,

    /// <summary>IFA_F_TENTATIVE: duplicates are being looked for; not usable yet.</summary>
    Tentative = 0x40,

    /// <summary>IFA_F_PERMANENT: no lifetime.</summary>
    Permanent = 0x80,

    /// <summary>IFA_F_MANAGETEMPADDR.</summary>
    ManageTemporary = 0x100,

    /// <summary>IFA_F_NOPREFIXROUTE: no route for the prefix is made.</summary>
    NoPrefixRoute = 0x200,
}
