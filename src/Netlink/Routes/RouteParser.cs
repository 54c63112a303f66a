using System.Net;
using System.Runtime.InteropServices;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>Reads RTM_NEWROUTE.</summary>
internal static class RouteParser
{
    private const int HeaderLength = 12;
    private const int NextHopLength = 8;

    // RTM_F_CLONED: an entry of the route cache, not a route.
    private const uint Cloned = 0x200;

    internal static Route? Parse(ushort type, ReadOnlySpan<byte> body) => Parse(type, body, withCloned: false);

    internal static Route? ParseAnswer(ushort type, ReadOnlySpan<byte> body) => Parse(type, body, withCloned: true);

    private static Route? Parse(ushort type, ReadOnlySpan<byte> body, bool withCloned)
    {
        if (type != MessageType.NewRoute)
            return null;
        if (body.Length < HeaderLength)
            ThrowHelper.BodyTooShort("route", HeaderLength, body.Length);
        byte family = body[0];
        uint flags = MemoryMarshal.Read<uint>(body[8..]);
        if (family is not (KernelFamily.IPv4 or KernelFamily.IPv6) || (!withCloned && (flags & Cloned) != 0))
            return null;
        int linkIndex = 0;
        uint table = body[4];
        uint? metric = null, mtu = null, mss = null;
        IPAddress? destination = null, gateway = null, source = null;
        List<RouteNextHop>? hops = null;
        var reader = new AttributeReader(body[HeaderLength..]);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case RouteAttribute.Destination: destination = KernelFamily.Address(reader.Value); break;
                case RouteAttribute.Gateway: gateway = KernelFamily.Address(reader.Value); break;
                case RouteAttribute.Via: gateway = Via(reader.Value); break;
                case RouteAttribute.OutInterface: linkIndex = reader.I32(); break;
                case RouteAttribute.PreferredSource: source = KernelFamily.Address(reader.Value); break;
                case RouteAttribute.Priority: metric = reader.U32(); break;
                case RouteAttribute.Table: table = reader.U32(); break;
                case RouteAttribute.Metrics: (mtu, mss) = Metrics(reader.Nested()); break;
                case RouteAttribute.Multipath: hops = NextHops(reader.Value); break;
            }
        }
        return new Route
        {
            Destination = Network(destination, family, body[1]),
            Gateway = gateway,
            LinkIndex = linkIndex,
            Source = source,
            Metric = metric,
            Table = table,
            Scope = (RouteScope)body[6],
            Type = (RouteType)body[7],
            Protocol = (RouteProtocol)body[5],
            Mtu = mtu,
            AdvertisedMss = mss,
            Flags = (RouteFlags)(flags & 0xff),
            NextHops = hops,
        };
    }

    internal static IPNetwork Network(IPAddress? address, byte family, int prefixLength)
    {
        address ??= family == KernelFamily.IPv4 ? IPAddress.Any : IPAddress.IPv6Any;
        try
        {
            return new IPNetwork(address, prefixLength);
        }
        catch (ArgumentException)
        {
            // Neither a prefix longer than the address nor bits behind the prefix come from a kernel.
            throw new NetlinkProtocolException($"{address}/{prefixLength} is not a network");
        }
    }

    private static IPAddress Via(ReadOnlySpan<byte> via) => KernelFamily.Address(via.Length < 2 ? default : via[2..]);

    private static (uint? Mtu, uint? Mss) Metrics(AttributeReader reader)
    {
        uint? mtu = null, mss = null;
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case RouteAttribute.MetricMtu: mtu = reader.U32(); break;
                case RouteAttribute.MetricAdvertisedMss: mss = reader.U32(); break;
            }
        }
        return (mtu, mss);
    }

    private static List<RouteNextHop> NextHops(ReadOnlySpan<byte> rest)
    {
        var hops = new List<RouteNextHop>();
        while (rest.Length >= NextHopLength)
        {
            int length = MemoryMarshal.Read<ushort>(rest);
            if (length < NextHopLength || length > rest.Length)
                ThrowHelper.AttributeLength(length, rest.Length);
            IPAddress? gateway = null;
            var reader = new AttributeReader(rest[NextHopLength..length]);
            while (reader.Read())
            {
                if (reader.Type == RouteAttribute.Gateway)
                    gateway = KernelFamily.Address(reader.Value);
                else if (reader.Type == RouteAttribute.Via)
                    gateway = Via(reader.Value);
            }
            hops.Add(new RouteNextHop
            {
                LinkIndex = MemoryMarshal.Read<int>(rest[4..]),
                Gateway = gateway,
                Weight = rest[3] + 1,
                Flags = (RouteFlags)rest[2],
            });
            int aligned = (length + 3) & ~3;
            rest = aligned < rest.Length ? rest[aligned..] : default;
        }
        return hops;
    }
}
