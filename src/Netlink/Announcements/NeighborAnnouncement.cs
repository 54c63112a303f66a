using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using MultiNet.Netlink.Native;

namespace MultiNet.Netlink;

/// <summary>
/// Tells the neighbours of an interface that an address is here now, for those that remember it elsewhere: a gratuitous ARP request
/// (RFC 5944, section 4.6), an unsolicited neighbor advertisement (RFC 4861, section 7.2.6).
/// </summary>
public static unsafe class NeighborAnnouncement
{
    private const int AddressFamilyPacket = 17;
    private const int LinkAddressLength = 20; // struct sockaddr_ll
    private const int EthernetHeader = 14;
    private const ushort ArpProtocol = 0x0806;
    private const ushort IPv6Protocol = 0x86dd;
    private const byte Icmpv6 = 58;

    /// <summary>Announces addresses, one frame for each.</summary>
    /// <param name="target">The namespace of the interface.</param>
    /// <param name="link">An Ethernet interface; others are not announced.</param>
    /// <param name="addresses">Its addresses.</param>
    /// <exception cref="KernelException">A frame could not be sent; those before it were.</exception>
    public static void Send(NetworkNamespace target, Link link, IReadOnlyList<IPAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(addresses);
        if (link.MacAddress.Length != 6 || link.MacAddress.IsZero || addresses.Count == 0)
            return;
        string operation = $"announce addresses of \"{link.Name}\"";
        using var socket = target.Run(() => Open(operation));
        foreach (var address in addresses)
        {
            byte[] frame = address.AddressFamily == AddressFamily.InterNetwork ? Arp(link.MacAddress, address) : NeighborAdvertisement(link.MacAddress, address);
            Send(socket, link.Index, frame, operation);
        }
    }

    private static FileDescriptor Open(string operation)
    {
        // Without a protocol nothing is received.
        int fd = Libc.Socket(AddressFamilyPacket, Libc.SocketRaw | Libc.SocketCloseOnExec, 0);
        return fd >= 0 ? new FileDescriptor(fd) : throw new KernelException(operation, Marshal.GetLastPInvokeError());
    }

    private static void Send(FileDescriptor socket, int link, ReadOnlySpan<byte> frame, string operation)
    {
        byte* destination = stackalloc byte[LinkAddressLength];
        var fields = new Span<byte>(destination, LinkAddressLength);
        fields.Clear();
        MemoryMarshal.Write(fields, (ushort)AddressFamilyPacket);
        frame.Slice(12, 2).CopyTo(fields[2..]);
        MemoryMarshal.Write(fields[4..], link);
        fixed (byte* data = frame)
        {
            if (Libc.SendTo(socket.Number, data, (nuint)frame.Length, 0, (NetlinkSocketAddress*)destination, LinkAddressLength) < 0)
                throw new KernelException(operation, Marshal.GetLastPInvokeError());
        }
    }

    internal static byte[] Arp(MacAddress mac, IPAddress address)
    {
        byte[] frame = new byte[EthernetHeader + 28];
        var body = Ethernet(frame, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff], mac, ArpProtocol);
        BinaryPrimitives.WriteUInt16BigEndian(body, 1); // Ethernet
        BinaryPrimitives.WriteUInt16BigEndian(body[2..], 0x0800); // IPv4
        body[4] = 6;
        body[5] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(body[6..], 1); // request
        mac.CopyTo(body[8..]);
        address.TryWriteBytes(body[14..], out _);
        body[18..24].Fill(0xff);
        address.TryWriteBytes(body[24..], out _);
        return frame;
    }

    internal static byte[] NeighborAdvertisement(MacAddress mac, IPAddress address)
    {
        const int message = 32, header = 40;
        byte[] frame = new byte[EthernetHeader + header + message];
        var packet = Ethernet(frame, [0x33, 0x33, 0, 0, 0, 1], mac, IPv6Protocol);
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], message);
        packet[6] = Icmpv6;
        packet[7] = 255; // or it would not be believed
        address.TryWriteBytes(packet[8..], out _);
        IPAddress.Parse("ff02::1").TryWriteBytes(packet[24..], out _);
        var body = packet[header..];
        body[0] = 136; // neighbor advertisement
        body[4] = 0x20; // override
        address.TryWriteBytes(body[8..], out _);
        body[24] = 2; // target link-layer address
        body[25] = 1; // 8 bytes
        mac.CopyTo(body[26..]);
        BinaryPrimitives.WriteUInt16BigEndian(body[2..], Checksum(packet[8..header], body));
        return frame;
    }

    private static Span<byte> Ethernet(byte[] frame, ReadOnlySpan<byte> destination, MacAddress source, ushort protocol)
    {
        destination.CopyTo(frame);
        source.CopyTo(frame.AsSpan(6));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), protocol);
        return frame.AsSpan(EthernetHeader);
    }

    // Over the addresses, the length, the protocol and the message (RFC 8200, section 8.1).
    private static ushort Checksum(ReadOnlySpan<byte> addresses, ReadOnlySpan<byte> message)
    {
        uint sum = (uint)message.Length + Icmpv6;
        for (int i = 0; i < addresses.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(addresses[i..]);
        for (int i = 0; i < message.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(message[i..]);
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}
