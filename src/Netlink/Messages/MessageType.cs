namespace MultiNet.Netlink.Messages;

/// <summary>nlmsghdr.nlmsg_type: control messages (linux/netlink.h) and RTM_* (linux/rtnetlink.h).</summary>
internal static class MessageType
{
    internal const ushort Noop = 1;
    internal const ushort Error = 2;
    internal const ushort Done = 3;
    internal const ushort Overrun = 4;

    internal const ushort NewLink = 16;
    internal const ushort DelLink = 17;
    internal const ushort GetLink = 18;
    internal const ushort SetLink = 19;
    internal const ushort NewAddress = 20;
    internal const ushort DelAddress = 21;
    internal const ushort GetAddress = 22;
    internal const ushort NewRoute = 24;
    internal const ushort DelRoute = 25;
    internal const ushort GetRoute = 26;
    internal const ushort NewRule = 32;
    internal const ushort DelRule = 33;
    internal const ushort GetRule = 34;
    internal const ushort NewQdisc = 36;
    internal const ushort DelQdisc = 37;
    internal const ushort GetQdisc = 38;
    internal const ushort NewTrafficFilter = 44;
    internal const ushort DelTrafficFilter = 45;
    internal const ushort GetTrafficFilter = 46;
}
