using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using MultiNet.Cni;

namespace MultiNet.Delegates.Ipam.HostLocal;

/// <summary>An address as the number that it is, for counting through ranges; and as the text that names its reservation.</summary>
/// <param name="Value">The address; of an IPv4 address the lower 32 bits.</param>
/// <param name="IsIPv4">The family.</param>
internal readonly record struct AddressNumber(UInt128 Value, bool IsIPv4)
{
    /// <summary>The address after this one; after the very last one the first.</summary>
    public AddressNumber Next => new(IsIPv4 ? (UInt128)(uint)(Value + 1) : Value + 1, IsIPv4);

    public static AddressNumber From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? new AddressNumber(BinaryPrimitives.ReadUInt32BigEndian(bytes), true)
            : new AddressNumber(BinaryPrimitives.ReadUInt128BigEndian(bytes), false);
    }

    public IPAddress ToAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return new IPAddress(IsIPv4 ? bytes[12..] : bytes);
    }

    /// <summary>The text as Go prints it, which the names of reservations must match.</summary>
    public override string ToString() => IPText.Format(ToAddress());
}
