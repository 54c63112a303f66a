using System.Buffers.Binary;
using System.Net;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Ipam.Dhcp.Messages;

/// <summary>A DHCP message (RFC 2131, section 2): the payload of the UDP datagram.</summary>
internal sealed class DhcpMessage
{
    /// <summary>Bytes before the options, magic cookie included.</summary>
    internal const int HeaderLength = 240;

    private const uint MagicCookie = 0x63825363;
    private const ushort BroadcastFlag = 0x8000;

    // RFC 1542, 2.1: some relays and servers drop what is shorter.
    private const int ShortestMessage = 300;

    private readonly List<(byte Code, byte[] Value)> _options = [];

    /// <summary>From a server to a client?</summary>
    public bool IsReply { get; init; }

    /// <summary>What answer and question have in common.</summary>
    public uint TransactionId { get; init; }

    /// <summary>Seconds since the client began.</summary>
    public ushort Seconds { get; init; }

    /// <summary>The client asks for answers to everybody, as it cannot receive others.</summary>
    public bool WantsBroadcast { get; init; }

    /// <summary>ciaddr: the client's address, where it may use it.</summary>
    public IPAddress ClientAddress { get; init; } = IPAddress.Any;

    /// <summary>yiaddr: the address that the server gives.</summary>
    public IPAddress YourAddress { get; init; } = IPAddress.Any;

    /// <summary>giaddr: the relay in between.</summary>
    public IPAddress RelayAddress { get; init; } = IPAddress.Any;

    /// <summary>chaddr: the client's hardware address.</summary>
    public MacAddress HardwareAddress { get; init; }

    /// <summary>Option 53.</summary>
    public DhcpMessageType Type => Option(OptionCode.MessageType) is [var type] && type <= (byte)DhcpMessageType.Release ? (DhcpMessageType)type : DhcpMessageType.None;

    /// <summary>Option 54, or null.</summary>
    public IPAddress? Server => Address(OptionCode.ServerIdentifier);

    /// <summary>All options in order, without padding and end.</summary>
    public IReadOnlyList<(byte Code, byte[] Value)> Options => _options;

    /// <summary>An option's value, or null.</summary>
    public byte[]? Option(byte code)
    {
        foreach (var (known, value) in _options)
        {
            if (known == code)
                return value;
        }
        return null;
    }

    /// <summary>Sets an option, in the place of one that is there. Longer values than 255 bytes are written in parts (RFC 3396).</summary>
    public void Set(byte code, ReadOnlySpan<byte> value)
    {
        byte[] bytes = value.ToArray();
        for (int i = 0; i < _options.Count; i++)
        {
            if (_options[i].Code == code)
            {
                _options[i] = (code, bytes);
                return;
            }
        }
        _options.Add((code, bytes));
    }

    /// <summary>Sets an option that is one address.</summary>
    public void Set(byte code, IPAddress address) => Set(code, address.GetAddressBytes());

    /// <summary>An option that is one address; null where it is missing or malformed.</summary>
    public IPAddress? Address(byte code) => Option(code) is { Length: >= 4 } value ? new IPAddress(value.AsSpan(0, 4)) : null;

    /// <summary>An option that is a number of 32 bits; null where it is missing or malformed.</summary>
    public uint? Number(byte code) => Option(code) is { Length: 4 } value ? BinaryPrimitives.ReadUInt32BigEndian(value) : null;

    /// <summary>The bytes.</summary>
    public byte[] ToBytes()
    {
        int length = HeaderLength + 1;
        foreach (var (_, value) in _options)
            length += value.Length + 2 * Math.Max(1, (value.Length + 254) / 255);
        byte[] bytes = new byte[Math.Max(length, ShortestMessage)];
        bytes[0] = (byte)(IsReply ? 2 : 1);
        bytes[1] = 1; // Ethernet
        bytes[2] = (byte)HardwareAddress.Length;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), TransactionId);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(8), Seconds);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), WantsBroadcast ? BroadcastFlag : (ushort)0);
        ClientAddress.TryWriteBytes(bytes.AsSpan(12), out _);
        YourAddress.TryWriteBytes(bytes.AsSpan(16), out _);
        RelayAddress.TryWriteBytes(bytes.AsSpan(24), out _);
        HardwareAddress.CopyTo(bytes.AsSpan(28, 16));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(236), MagicCookie);
        int at = HeaderLength;
        foreach (var (code, value) in _options)
        {
            int written = 0;
            do
            {
                int part = Math.Min(255, value.Length - written);
                bytes[at++] = code;
                bytes[at++] = (byte)part;
                value.AsSpan(written, part).CopyTo(bytes.AsSpan(at));
                at += part;
                written += part;
            }
            while (written < value.Length);
        }
        bytes[at] = OptionCode.End;
        return bytes;
    }

    /// <summary>Reads a message. Whatever the bytes are, it returns: options that run over the end are left out.</summary>
    /// <returns>False where this is no DHCP message for Ethernet.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DhcpMessage? message)
    {
        message = null;
        if (bytes.Length < HeaderLength || bytes[0] is not (1 or 2) || bytes[1] != 1 || bytes[2] != 6
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[236..]) != MagicCookie)
        {
            return false;
        }
        message = new DhcpMessage
        {
            IsReply = bytes[0] == 2,
            TransactionId = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
            Seconds = BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]),
            WantsBroadcast = (BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]) & BroadcastFlag) != 0,
            ClientAddress = new IPAddress(bytes.Slice(12, 4)),
            YourAddress = new IPAddress(bytes.Slice(16, 4)),
            RelayAddress = new IPAddress(bytes.Slice(24, 4)),
            HardwareAddress = new MacAddress(bytes.Slice(28, 6)),
        };
        message.ReadOptions(bytes[HeaderLength..]);
        // The fields "file" (bit 0) and "sname" (bit 1) may hold options too, in this order (RFC 2131, 4.1).
        int overload = message.Option(OptionCode.Overload) is [var which] ? which : 0;
        if ((overload & 1) != 0)
            message.ReadOptions(bytes.Slice(108, 128));
        if ((overload & 2) != 0)
            message.ReadOptions(bytes.Slice(44, 64));
        return true;
    }

    private void ReadOptions(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (at < bytes.Length && bytes[at] != OptionCode.End)
        {
            byte code = bytes[at++];
            if (code == OptionCode.Pad)
                continue;
            if (at >= bytes.Length || bytes[at] > bytes.Length - at - 1)
                return;
            int length = bytes[at++];
            Append(code, bytes.Slice(at, length));
            at += length;
        }
    }

    // A value in several parts is one value (RFC 3396).
    private void Append(byte code, ReadOnlySpan<byte> part)
    {
        byte[]? before = Option(code);
        Set(code, before is null ? part : [.. before, .. part]);
    }
}
