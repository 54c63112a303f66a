namespace MultiNet.Netlink;

/// <summary>TCA_* of linux/rtnetlink.h and linux/pkt_sched.h.</summary>
internal static class QdiscAttribute
{
    internal const ushort Kind = 1;
    internal const ushort Options = 2;

    // Inside Options of tbf
    internal const ushort TbfParameters = 1;
    internal const ushort TbfRate64 = 4;
}
