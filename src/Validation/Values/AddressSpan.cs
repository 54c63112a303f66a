using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using MultiNet.Cni;

namespace MultiNet.Validation;

/// <summary>Addresses of one family, from one to another, both included.</summary>
/// <param name="IsIPv4">The family.</param>
/// <param name="First">The first, as a number.</param>
/// <param name="Last">The last, as a number; not less than the first.</param>
internal readonly record struct AddressSpan(bool IsIPv4, UInt128 First, UInt128 Last)
{
    /// <summary>All addresses of a network.</summary>
    public static AddressSpan Of(IPPrefix prefix)
    {
        UInt128 first = NumberOf(prefix.Network.Address);
        int bits = prefix.MaxLength - prefix.Length;
        return new AddressSpan(prefix.IsIPv4, first, first | (bits == 128 ? UInt128.MaxValue : (UInt128.One << bits) - 1));
    }

    /// <summary>An address as a number.</summary>
    public static UInt128 NumberOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int count);
        return count == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>Does it hold an address? False for the other family.</summary>
    public bool Contains(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork == IsIPv4 && NumberOf(address) is var number && number >= First && number <= Last;

    /// <summary>Have the two an address in common?</summary>
    public bool Overlaps(AddressSpan other) => IsIPv4 == other.IsIPv4 && First <= other.Last && other.First <= Last;
}
