using System.Net;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>Composes RTM_*ROUTE. Parsing is in <see cref="RouteParser"/>.</summary>
internal static class RouteMessages
{
    // RTM_F_LOOKUP_TABLE: tell the table that the answer is from. IPv6 always does, and refuses to be asked.
    private const uint LookupTable = 0x1000;

    internal static void Write(MessageWriter writer, Route route, bool deleting)
    {
        // A deletion with scope "nowhere" and type and protocol 0 matches any.
        writer.RouteHeader(
            KernelFamily.Of(route.Destination.BaseAddress),
            (byte)route.Destination.PrefixLength,
            table: HeaderTable(route.Table),
            protocol: (byte)(route.Protocol ?? (deleting ? RouteProtocol.Unspecified : RouteProtocol.Boot)),
            scope: (byte)(route.Scope ?? (deleting ? RouteScope.Nowhere : RouteScope.Universe)),
            type: (byte)(route.Type ?? (deleting ? RouteType.Unspecified : RouteType.Unicast)),
            flags: (uint)(route.Flags & RouteFlags.OnLink));
        if (route.Destination.PrefixLength > 0)
            writer.Address(RouteAttribute.Destination, route.Destination.BaseAddress);
        WriteGateway(writer, route.Gateway, route.Destination.BaseAddress);
        if (route.LinkIndex != 0)
            writer.I32(RouteAttribute.OutInterface, route.LinkIndex);
        if (route.Source is { } source)
            writer.Address(RouteAttribute.PreferredSource, source);
        if (route.Metric is { } metric)
            writer.U32(RouteAttribute.Priority, metric);
        if (route.Table > byte.MaxValue)
            writer.U32(RouteAttribute.Table, route.Table);
        if (route.Mtu is not null || route.AdvertisedMss is not null)
            WriteMetrics(writer, route);
        if (route.NextHops is { } hops)
            WriteNextHops(writer, hops, route.Destination.BaseAddress);
    }

    internal static void WriteList(MessageWriter writer, byte family, RouteFilter filter)
    {
        writer.RouteHeader(
            family,
            table: HeaderTable(filter.Table ?? 0),
            protocol: (byte)(filter.Protocol ?? RouteProtocol.Unspecified),
            type: (byte)(filter.Type ?? RouteType.Unspecified));
        if (filter.Table is { } table)
            writer.U32(RouteAttribute.Table, table);
        if (filter.LinkIndex is { } index)
            writer.I32(RouteAttribute.OutInterface, index);
    }

    internal static void WriteGet(MessageWriter writer, IPAddress destination)
    {
        byte family = KernelFamily.Of(destination);
        writer.RouteHeader(family, (byte)(family == KernelFamily.IPv4 ? 32 : 128), flags: family == KernelFamily.IPv4 ? LookupTable : 0);
        writer.Address(RouteAttribute.Destination, destination);
    }

    // The header has one byte for the table; RT_TABLE_UNSPEC there where the attribute tells.
    private static byte HeaderTable(uint table) => table <= byte.MaxValue ? (byte)table : (byte)0;

    private static void WriteGateway(MessageWriter writer, IPAddress? gateway, IPAddress destination)
    {
        if (gateway is null)
            return;
        if (gateway.AddressFamily == destination.AddressFamily)
        {
            writer.Address(RouteAttribute.Gateway, gateway);
            return;
        }
        // struct rtvia: a gateway of the other family (RFC 5549).
        Span<byte> via = stackalloc byte[18];
        via[0] = KernelFamily.Of(gateway);
        via[1] = 0;
        gateway.TryWriteBytes(via[2..], out int length);
        writer.Bytes(RouteAttribute.Via, via[..(2 + length)]);
    }

    private static void WriteMetrics(MessageWriter writer, Route route)
    {
        int metrics = writer.BeginNested(RouteAttribute.Metrics);
        if (route.Mtu is { } mtu)
            writer.U32(RouteAttribute.MetricMtu, mtu);
        if (route.AdvertisedMss is { } mss)
            writer.U32(RouteAttribute.MetricAdvertisedMss, mss);
        writer.EndNested(metrics);
    }

    private static void WriteNextHops(MessageWriter writer, IReadOnlyList<RouteNextHop> hops, IPAddress destination)
    {
        int multipath = writer.BeginNested(RouteAttribute.Multipath);
        foreach (var hop in hops)
        {
            if (hop.Weight is < 1 or > 256)
                throw new ArgumentException($"weight of a next hop must be 1..256, found {hop.Weight}", nameof(hops));
            int place = writer.BeginNextHop((byte)(hop.Flags & RouteFlags.OnLink), (byte)(hop.Weight - 1), hop.LinkIndex);
            WriteGateway(writer, hop.Gateway, destination);
            writer.EndNested(place);
        }
        writer.EndNested(multipath);
    }
}
