using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

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

    /// <summary>
    /// The text as Go prints it, which the names of reservations must match: .NET writes the last 32 bits of some IPv6 addresses
    /// (::/96 and those with 5efe before them) with dots.
    /// </summary>
    public override string ToString()
    {
        if (IsIPv4)
            return ToAddress().ToString();
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        var (start, end) = LongestZeroRun(bytes);
        Span<char> text = stackalloc char[40];
        int length = 0;
        for (int group = 0; group < 8; group++)
        {
            if (group == start)
            {
                text[length++] = ':';
                text[length++] = ':';
                group = end;
                if (group == 8)
                    break;
            }
            else if (group > 0)
            {
                text[length++] = ':';
            }
            BinaryPrimitives.ReadUInt16BigEndian(bytes[(group * 2)..]).TryFormat(text[length..], out int written, "x");
            length += written;
        }
        return new string(text[..length]);
    }

    /// <summary>The first of the longest runs of at least two groups of zeros; (-1, -1) for none.</summary>
    private static (int Start, int End) LongestZeroRun(ReadOnlySpan<byte> bytes)
    {
        int bestStart = -1, bestEnd = -1;
        for (int start = 0; start < 8; start++)
        {
            int end = start;
            while (end < 8 && bytes[end * 2] == 0 && bytes[end * 2 + 1] == 0)
                end++;
            if (end - start > Math.Max(bestEnd - bestStart, 1))
                (bestStart, bestEnd) = (start, end);
        }
        return (bestStart, bestEnd);
    }
}
