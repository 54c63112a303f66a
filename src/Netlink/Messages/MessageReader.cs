using System.Runtime.InteropServices;

namespace MultiNet.Netlink.Messages;

/// <summary>Walks the messages (struct nlmsghdr and body) of one datagram: <c>while (reader.Read())</c>.</summary>
internal ref struct MessageReader
{
    internal const int HeaderLength = 16;

    private ReadOnlySpan<byte> _rest;

    internal MessageReader(ReadOnlySpan<byte> datagram) => _rest = datagram;

    internal ushort Type { get; private set; }

    internal MessageFlags Flags { get; private set; }

    internal uint Sequence { get; private set; }

    /// <summary>What follows the header.</summary>
    internal ReadOnlySpan<byte> Body { get; private set; }

    internal bool Read()
    {
        if (_rest.Length < HeaderLength)
            return false;
        uint length = MemoryMarshal.Read<uint>(_rest);
        if (length < HeaderLength || length > (uint)_rest.Length)
            ThrowHelper.MessageLength(length, _rest.Length);
        Type = MemoryMarshal.Read<ushort>(_rest[4..]);
        Flags = (MessageFlags)MemoryMarshal.Read<ushort>(_rest[6..]);
        Sequence = MemoryMarshal.Read<uint>(_rest[8..]);
        Body = _rest[HeaderLength..(int)length];
        int aligned = ((int)length + 3) & ~3;
        _rest = aligned < _rest.Length ? _rest[aligned..] : default;
        return true;
    }

    /// <summary>
    /// The outcome that the current NLMSG_ERROR or NLMSG_DONE message carries: 0 or a positive error number,
    /// and the kernel's explanation where it sent one.
    /// </summary>
    internal readonly int Outcome(out string? explanation)
    {
        explanation = null;
        // Before kernel 5.x a NLMSG_DONE without error may have an empty body.
        if (Body.Length < 4)
            return 0;
        int errno = -MemoryMarshal.Read<int>(Body);
        if ((Flags & MessageFlags.AckAttributes) == 0)
            return errno;
        int attributes = 4;
        if (Type == MessageType.Error)
        {
            // The header of the failed request follows, and its body unless NETLINK_CAP_ACK took it away.
            if (Body.Length < 4 + HeaderLength)
                return errno;
            uint request = (Flags & MessageFlags.Capped) != 0 ? HeaderLength : MemoryMarshal.Read<uint>(Body[4..]);
            if (request > (uint)(Body.Length - 4))
                return errno;
            attributes += ((int)request + 3) & ~3;
        }
        if (attributes < Body.Length)
            explanation = Explanation(Body[attributes..]);
        return errno;
    }

    private static string? Explanation(ReadOnlySpan<byte> attributes)
    {
        const ushort message = 1, missingType = 5;
        string? text = null;
        uint? missing = null;
        var reader = new AttributeReader(attributes);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case message: text = reader.String(); break;
                case missingType: missing = reader.U32(); break;
            }
        }
        return text ?? (missing is { } type ? $"attribute {type} is missing" : null);
    }
}
