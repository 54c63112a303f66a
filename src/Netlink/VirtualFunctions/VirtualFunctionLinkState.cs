namespace MultiNet.Netlink;

/// <summary>IFLA_VF_LINK_STATE_* of linux/if_link.h.</summary>
public enum VirtualFunctionLinkState : uint
{
    /// <summary>As the physical function's.</summary>
    Auto = 0,

    /// <summary>Always up.</summary>
    Enable = 1,

    /// <summary>Always down.</summary>
    Disable = 2,
}
