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
