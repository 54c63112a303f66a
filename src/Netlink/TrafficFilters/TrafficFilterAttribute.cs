namespace MultiNet.Netlink;

/// <summary>TCA_* of linux/pkt_cls.h and linux/tc_act/tc_mirred.h; TCA_KIND and TCA_OPTIONS are those of <see cref="QdiscAttribute"/>.</summary>
internal static class TrafficFilterAttribute
{
    // Inside the options of u32
    internal const ushort U32Class = 1;
    internal const ushort U32Selector = 5;
    internal const ushort U32Actions = 7;

    // Inside the options of matchall
    internal const ushort MatchAllActions = 2;

    // Inside an action
    internal const ushort ActionKind = 1;
    internal const ushort ActionOptions = 2;

    // Inside the options of mirred
    internal const ushort MirredParameters = 2;
}
