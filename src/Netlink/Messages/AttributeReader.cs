using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace MultiNet.Netlink.Messages;

/// <summary>
/// Walks the attributes (struct nlattr: length, type, value, padding to four bytes) of a message or of a nested attribute.
/// <c>while (reader.Read()) switch (reader.Type) ...</c>; the value methods read the current attribute.
/// Malformed input throws <see cref="NetlinkProtocolException"/> and nothing else.
/// </summary>
internal ref struct AttributeReader
{
    private const int HeaderLength = 4;

    // NLA_F_NESTED (0x8000) and NLA_F_NET_BYTEORDER (0x4000) are not part of the type.
    private const ushort TypeMask = 0x3fff;

    private ReadOnlySpan<byte> _rest;

    internal AttributeReader(ReadOnlySpan<byte> attributes) => _rest = attributes;

    /// <summary>The type of the current attribute, without flag bits.</summary>
    internal ushort Type { get; private set; }

    /// <summary>The value of the current attribute.</summary>
    internal ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Steps to the next attribute; false at the end.</summary>
    internal bool Read()
    {
        // Fewer bytes than a header are padding, as for the kernel's own nla_ok.
        if (_rest.Length < HeaderLength)
            return false;
        int length = MemoryMarshal.Read<ushort>(_rest);
        if (length < HeaderLength || length > _rest.Length)
            ThrowHelper.AttributeLength(length, _rest.Length);
        Type = (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask);
        Value = _rest[HeaderLength..length];
        int aligned = (length + 3) & ~3;
        _rest = aligned < _rest.Length ? _rest[aligned..] : default;
        return true;
    }

    internal readonly byte U8() => Fixed(1)[0];

    internal readonly ushort U16() => MemoryMarshal.Read<ushort>(Fixed(2));

    internal readonly uint U32() => MemoryMarshal.Read<uint>(Fixed(4));

    internal readonly int I32() => MemoryMarshal.Read<int>(Fixed(4));

    internal readonly ulong U64() => MemoryMarshal.Read<ulong>(Fixed(8));

    internal readonly ushort U16BigEndian() => BinaryPrimitives.ReadUInt16BigEndian(Fixed(2));

    internal readonly uint U32BigEndian() => BinaryPrimitives.ReadUInt32BigEndian(Fixed(4));

    internal readonly ulong U64BigEndian() => BinaryPrimitives.ReadUInt64BigEndian(Fixed(8));

    /// <summary>A structure of the kernel, in the byte order of the machine.</summary>
    internal readonly unsafe T Struct<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(Fixed(sizeof(T)));

    /// <summary>A string; ends at the first NUL, which the kernel may or may not have sent.</summary>
    internal readonly string String()
    {
        int end = Value.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? Value : Value[..end]);
    }

    /// <summary>The attributes inside the current one.</summary>
    internal readonly AttributeReader Nested() => new(Value);

    private readonly ReadOnlySpan<byte> Fixed(int size)
    {
        if (Value.Length < size)
            ThrowHelper.AttributeTooShort(Type, size, Value.Length);
        return Value;
    }
}
