namespace MultiNet.Netlink;

/// <summary>RTA_* and RTAX_* of linux/rtnetlink.h.</summary>
internal static class RouteAttribute
{
    internal const ushort Destination = 1;
    internal const ushort OutInterface = 4;
    internal const ushort Gateway = 5;
    internal const ushort Priority = 6;
    internal const ushort PreferredSource = 7;
    internal const ushort Metrics = 8;
    internal const ushort Multipath = 9;
    internal const ushort Table = 15;
    internal const ushort Via = 18;

    // Inside Metrics
    internal const ushort MetricMtu = 2;
    internal const ushort MetricAdvertisedMss = 8;
}
