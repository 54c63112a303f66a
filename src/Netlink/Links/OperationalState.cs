namespace MultiNet.Netlink;

/// <summary>RFC 2863 state of an interface: IF_OPER_* of linux/if.h.</summary>
public enum OperationalState : byte
{
    /// <summary>The driver does not tell (lo, many virtual devices).</summary>
    Unknown = 0,

    /// <summary>Some part is missing.</summary>
    NotPresent = 1,

    /// <summary>Down.</summary>
    Down = 2,

    /// <summary>The interface below is down.</summary>
    LowerLayerDown = 3,

    /// <summary>In test.</summary>
    Testing = 4,

    /// <summary>Waits for something outside (802.1X).</summary>
    Dormant = 5,

    /// <summary>Passes packets.</summary>
    Up = 6,
}
