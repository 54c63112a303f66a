namespace MultiNet.Netlink;

/// <summary>What becomes of a packet after an action: TC_ACT_* of linux/pkt_cls.h.</summary>
public enum TrafficControl
{
    /// <summary>TC_ACT_OK: it goes on its way.</summary>
    Ok = 0,

    /// <summary>TC_ACT_SHOT: it is dropped.</summary>
    Shot = 2,

    /// <summary>TC_ACT_PIPE: the next action has its turn.</summary>
    Pipe = 3,

    /// <summary>TC_ACT_STOLEN: somebody else has it now.</summary>
    Stolen = 4,
}
