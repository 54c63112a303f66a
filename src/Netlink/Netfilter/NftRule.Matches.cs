using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MultiNet.Netlink.Netfilter;

/// <content>Matches.</content>
public sealed partial class NftRule
{
    private const int InterfaceNameSize = 16;

    /// <summary><c>ip saddr</c> or <c>ip6 saddr</c>: packets from (or, negated, not from) an address.</summary>
    public NftRule MatchSource(IPAddress address, bool negate = false) => MatchSource(HostNetwork(address), negate);

    /// <summary><c>ip saddr</c> or <c>ip6 saddr</c>: packets from (or, negated, not from) a network.</summary>
    public NftRule MatchSource(IPNetwork network, bool negate = false) => MatchAddress(network, negate, offset4: 12, offset6: 8);

    /// <summary><c>ip daddr</c> or <c>ip6 daddr</c>: packets to (or, negated, not to) an address.</summary>
    public NftRule MatchDestination(IPAddress address, bool negate = false) => MatchDestination(HostNetwork(address), negate);

    /// <summary><c>ip daddr</c> or <c>ip6 daddr</c>: packets to (or, negated, not to) a network.</summary>
    public NftRule MatchDestination(IPNetwork network, bool negate = false) => MatchAddress(network, negate, offset4: 16, offset6: 24);

    /// <summary><c>ether saddr</c>: frames from (or, negated, not from) a hardware address of 6 bytes.</summary>
    public NftRule MatchEtherSource(MacAddress address, bool negate = false)
    {
        if (address.Length != 6)
            throw new ArgumentException($"an Ethernet address has 6 bytes, found {address.Length}", nameof(address));
        byte[] bytes = new byte[6];
        address.CopyTo(bytes);
        return With(new NftPayload(NftPayloadBase.Link, 6, 6), new NftCompare(bytes, negate));
    }

    /// <summary><c>iifname</c>: packets that came in (or, negated, did not) by an interface of this name.</summary>
    public NftRule MatchInInterface(string name, bool negate = false) =>
        With(new NftMeta(NftMetaKey.InInterfaceName), new NftCompare(InterfaceName(name), negate));

    /// <summary><c>oifname</c>: packets that go out (or, negated, do not) by an interface of this name.</summary>
    public NftRule MatchOutInterface(string name, bool negate = false) =>
        With(new NftMeta(NftMetaKey.OutInterfaceName), new NftCompare(InterfaceName(name), negate));

    /// <summary><c>meta l4proto</c>: packets of a transport protocol.</summary>
    public NftRule MatchProtocol(ProtocolType protocol)
    {
        if (protocol is not (ProtocolType.Tcp or ProtocolType.Udp) && (int)protocol != 132)
            throw new ArgumentException($"the protocol must be Tcp (6), Udp (17) or SCTP (132), found {protocol}", nameof(protocol));
        if (_transport == (byte)protocol)
            return this;
        return With(_networkFamily, (byte)protocol, new NftMeta(NftMetaKey.TransportProtocol), new NftCompare([(byte)protocol], false));
    }

    /// <summary><c>tcp dport</c> and the like: packets of a transport protocol to a port.</summary>
    public NftRule MatchDestinationPort(ProtocolType protocol, ushort port) =>
        MatchProtocol(protocol).With(new NftPayload(NftPayloadBase.Transport, 2, 2), new NftCompare(BigEndian(port), false));

    /// <summary><c>fib daddr type local</c>: packets to an address of this host.</summary>
    public NftRule MatchLocalDestination() =>
        With(new NftDestinationType(), new NftCompare(BitConverter.GetBytes((uint)RouteType.Local), false));

    /// <summary><c>ct status dnat</c>: packets of connections whose destination was rewritten.</summary>
    public NftRule MatchRewrittenDestination() => With(
        new NftConnectionStatus(),
        new NftBitwise(BitConverter.GetBytes(NftConnectionStatus.DestinationNat), new byte[4]),
        new NftCompare(new byte[4], negate: true));

    /// <summary><c>meta mark and MASK == VALUE</c>.</summary>
    public NftRule MatchMark(uint value, uint mask)
    {
        return With(
            new NftMeta(NftMetaKey.Mark),
            new NftBitwise(BitConverter.GetBytes(mask), new byte[4]),
            new NftCompare(BitConverter.GetBytes(value), false));
    }

    private NftRule MatchAddress(IPNetwork network, bool negate, uint offset4, uint offset6)
    {
        bool is4 = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        byte[] address = network.BaseAddress.GetAddressBytes();
        var rule = OfFamily(is4);
        uint offset = is4 ? offset4 : offset6;
        int bits = network.PrefixLength;
        // Like the tool: whole bytes are compared as such, other prefixes are cut out with a mask.
        if (bits > 0 && bits % 8 == 0)
        {
            return rule.With(
                new NftPayload(NftPayloadBase.Network, offset, (uint)bits / 8),
                new NftCompare(address[..(bits / 8)], negate));
        }
        byte[] mask = new byte[address.Length];
        for (int i = 0; i < bits; i++)
            mask[i / 8] |= (byte)(0x80 >> (i % 8));
        return rule.With(
            new NftPayload(NftPayloadBase.Network, offset, (uint)address.Length),
            new NftBitwise(mask, new byte[address.Length]),
            new NftCompare(address, negate));
    }

    // A rule of a table that sees both families must look at the family before it looks at a header.
    private NftRule OfFamily(bool is4)
    {
        byte family = (byte)(is4 ? NftFamily.IPv4 : NftFamily.IPv6);
        if (_networkFamily == family)
            return this;
        if (_networkFamily != 0)
            throw new InvalidOperationException($"a rule of chain {Chain} that is about one IP family cannot match an address of the other");
        return Chain.Table.Family == NftFamily.Inet
            ? With(family, _transport, new NftMeta(NftMetaKey.NetworkProtocol), new NftCompare([family], false))
            : With(family, _transport, new NftMeta(NftMetaKey.EtherType), new NftCompare(BigEndian(is4 ? (ushort)0x0800 : (ushort)0x86dd), false));
    }

    private static IPNetwork HostNetwork(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
    }

    private static byte[] InterfaceName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        byte[] bytes = new byte[InterfaceNameSize];
        if (Encoding.UTF8.GetByteCount(name) >= InterfaceNameSize)
            throw new ArgumentException($"an interface name has at most {InterfaceNameSize - 1} bytes, found \"{name}\"", nameof(name));
        Encoding.UTF8.GetBytes(name, bytes);
        return bytes;
    }

    private static byte[] BigEndian(ushort value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }
}
