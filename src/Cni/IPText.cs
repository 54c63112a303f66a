using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace MultiNet.Cni;

/// <summary>Addresses in text as Go's ParseIP reads them: .NET also takes <c>1</c>, <c>0x7f.1</c>, <c>010.0.0.1</c> and zones.</summary>
public static class IPText
{
    /// <summary>Reads four decimal octets without leading zeros, or an IPv6 address without zone and brackets.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.Length is 0 or > 45)
            return false;
        if (text.Contains(':'))
        {
            foreach (char c in text)
            {
                if (!char.IsAsciiHexDigit(c) && c is not (':' or '.'))
                    return false;
            }
            if (!IPAddress.TryParse(text, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6)
                return false;
            address = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
            return true;
        }
        return TryParseIPv4(text, out address);
    }

    /// <summary>
    /// The text as Go prints it (RFC 5952), which names of files and results must match: .NET writes the last 32 bits of some IPv6
    /// addresses (::/96 and those with 5efe before them) with dots, and a zone.
    /// </summary>
    public static string Format(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return address.ToString();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
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

    // The first of the longest runs of at least two groups of zeros; (-1, -1) for none.
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

    private static bool TryParseIPv4(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        Span<byte> octets = stackalloc byte[4];
        int octet = 0, digits = 0, value = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] == '.')
            {
                if (digits == 0 || octet > 3)
                    return false;
                octets[octet++] = (byte)value;
                digits = value = 0;
                continue;
            }
            if (!char.IsAsciiDigit(text[i]) || (digits == 1 && value == 0))
                return false;
            value = value * 10 + (text[i] - '0');
            if (value > 255)
                return false;
            digits++;
        }
        if (octet != 4)
            return false;
        address = new IPAddress(octets);
        return true;
    }
}
