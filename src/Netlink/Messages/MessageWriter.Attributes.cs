using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace MultiNet.Netlink.Messages;

/// <content>Attributes.</content>
internal sealed partial class MessageWriter
{
    private const ushort NestedFlag = 0x8000;

    internal void Flag(ushort type) => Attribute(type, 0);

    internal void U8(ushort type, byte value) => Attribute(type, 1)[0] = value;

    internal void U16(ushort type, ushort value) => MemoryMarshal.Write(Attribute(type, 2), value);

    internal void U32(ushort type, uint value) => MemoryMarshal.Write(Attribute(type, 4), value);

    internal void I32(ushort type, int value) => MemoryMarshal.Write(Attribute(type, 4), value);

    internal void U64(ushort type, ulong value) => MemoryMarshal.Write(Attribute(type, 8), value);

    internal void U16BigEndian(ushort type, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Attribute(type, 2), value);

    internal void U32BigEndian(ushort type, uint value) => BinaryPrimitives.WriteUInt32BigEndian(Attribute(type, 4), value);

    internal void U64BigEndian(ushort type, ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Attribute(type, 8), value);

    /// <summary>A structure of the kernel, in the byte order of the machine.</summary>
    internal unsafe void Struct<T>(ushort type, T value)
        where T : unmanaged => MemoryMarshal.Write(Attribute(type, sizeof(T)), value);

    internal void Bytes(ushort type, ReadOnlySpan<byte> value) => value.CopyTo(Attribute(type, value.Length));

    /// <summary>Attributes that the kernel wrote, as they came.</summary>
    internal void Raw(ReadOnlySpan<byte> attributes) => attributes.CopyTo(Extend(attributes.Length));

    /// <summary>A NUL-terminated string.</summary>
    /// <exception cref="ArgumentException">The string contains NUL: the kernel would silently see less of it.</exception>
    internal void String(ushort type, string value)
    {
        if (value.Contains('\0'))
            throw new ArgumentException($"netlink string attribute {type} must not contain NUL, found {value.Length} characters with one", nameof(value));
        Encoding.UTF8.GetBytes(value, Attribute(type, Encoding.UTF8.GetByteCount(value) + 1));
    }

    /// <summary>4 or 16 bytes, by the family of the address.</summary>
    internal void Address(ushort type, IPAddress value) =>
        value.TryWriteBytes(Attribute(type, value.AddressFamily == AddressFamily.InterNetwork ? 4 : 16), out _);

    internal void Mac(ushort type, MacAddress value) => value.CopyTo(Attribute(type, value.Length));

    /// <summary>Opens a nested attribute without the NLA_F_NESTED flag, as rtnetlink's old attributes want it.</summary>
    /// <returns>The place to hand to <see cref="EndNested"/>.</returns>
    internal int BeginNested(ushort type)
    {
        int place = _length;
        Attribute(type, 0);
        return place;
    }

    /// <summary>Opens a nested attribute with the NLA_F_NESTED flag.</summary>
    internal int BeginFlaggedNested(ushort type) => BeginNested((ushort)(type | NestedFlag));

    internal void EndNested(int place) => MemoryMarshal.Write(_buffer.AsSpan(place), (ushort)(_length - place));

    private Span<byte> Attribute(ushort type, int length)
    {
        // nlattr.nla_len has 16 bits.
        if (length > ushort.MaxValue - 4)
            throw new ArgumentException($"netlink attribute {type} of {length} bytes is too long, at most {ushort.MaxValue - 4} are possible");
        var span = Extend(4 + length);
        MemoryMarshal.Write(span, (ushort)(4 + length));
        MemoryMarshal.Write(span[2..], type);
        return span.Slice(4, length);
    }
}
