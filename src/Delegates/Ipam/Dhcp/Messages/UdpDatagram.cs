using System.Buffers.Binary;
using System.Net;

namespace MultiNet.Delegates.Ipam.Dhcp.Messages;

/// <summary>IPv4 and UDP headers, made and read by hand: an interface without an address has no use of the kernel's (RFC 791, RFC 768).</summary>
internal static class UdpDatagram
{
    internal const ushort ServerPort = 67, ClientPort = 68;

    private const int IPHeader = 20, UdpHeader = 8;
    private const byte Udp = 17;

    /// <summary>Makes a packet from a client's port to a server's.</summary>
    public static byte[] Make(IPAddress source, IPAddress destination, ReadOnlySpan<byte> payload)
    {
        byte[] packet = new byte[IPHeader + UdpHeader + payload.Length];
        packet[0] = 0x45;
        packet[1] = 0x10; // low delay, as DHCP clients have it
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), checked((ushort)packet.Length));
        packet[8] = 64;
        packet[9] = Udp;
        source.TryWriteBytes(packet.AsSpan(12), out _);
        destination.TryWriteBytes(packet.AsSpan(16), out _);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Checksum(packet.AsSpan(0, IPHeader), 0));
        var udp = packet.AsSpan(IPHeader);
        BinaryPrimitives.WriteUInt16BigEndian(udp, ClientPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], ServerPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        payload.CopyTo(udp[UdpHeader..]);
        ushort checksum = Checksum(udp, PseudoHeader(packet, udp.Length));
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], checksum == 0 ? (ushort)0xffff : checksum);
        return packet;
    }

    /// <summary>Reads a packet to a client's port.</summary>
    /// <param name="packet">The packet, IPv4 header first; it may have a trailer.</param>
    /// <param name="isChecksumReady">False: the UDP checksum says nothing.</param>
    /// <param name="payload">What it carries.</param>
    /// <returns>False for anything else, for fragments, and where a checksum is wrong.</returns>
    public static bool TryRead(ReadOnlySpan<byte> packet, bool isChecksumReady, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (packet.Length < IPHeader || packet[0] >> 4 != 4)
            return false;
        int header = (packet[0] & 0xf) * 4;
        int total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (header < IPHeader || total > packet.Length || total < header + UdpHeader || packet[9] != Udp
            || (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3fff) != 0 || Checksum(packet[..header], 0) != 0)
        {
            return false;
        }
        var udp = packet[header..total];
        int length = BinaryPrimitives.ReadUInt16BigEndian(udp[4..]);
        if (BinaryPrimitives.ReadUInt16BigEndian(udp[2..]) != ClientPort || length < UdpHeader || length > udp.Length)
            return false;
        udp = udp[..length];
        // Zero: the sender made none.
        if (isChecksumReady && BinaryPrimitives.ReadUInt16BigEndian(udp[6..]) != 0 && Checksum(udp, PseudoHeader(packet, length)) != 0)
            return false;
        payload = udp[UdpHeader..];
        return true;
    }

    private static uint PseudoHeader(ReadOnlySpan<byte> packet, int length) => Sum(packet.Slice(12, 8)) + Udp + (uint)length;

    private static ushort Checksum(ReadOnlySpan<byte> bytes, uint sum)
    {
        sum += Sum(bytes);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~((sum & 0xffff) + (sum >> 16));
    }

    // At most 64 KiB: 32 bits hold the sum.
    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i + 1 < bytes.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        return (bytes.Length & 1) == 0 ? sum : sum + ((uint)bytes[^1] << 8);
    }
}
