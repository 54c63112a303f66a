using System.Net;
using System.Net.Sockets;

namespace MultiNet.Cni;

/// <summary>
/// An address with its prefix length, host bits kept: what the specification calls an address in CIDR notation
/// (<see cref="IPNetwork"/> refuses host bits).
/// </summary>
public readonly record struct IPPrefix(IPAddress Address, int Length)
{
    /// <summary>Is the address an IPv4 address?</summary>
    public bool IsIPv4 => Address.AddressFamily == AddressFamily.InterNetwork;

    /// <summary>Bits of an address of this family: 32 or 128.</summary>
    public int MaxLength => IsIPv4 ? 32 : 128;

    /// <summary>The network: the same prefix with host bits cleared.</summary>
    public IPPrefix Network => new(Mask(Address, Length), Length);

    /// <summary>0.0.0.0/0.</summary>
    public static IPPrefix DefaultIPv4 => new(IPAddress.Any, 0);

    /// <summary>::/0.</summary>
    public static IPPrefix DefaultIPv6 => new(IPAddress.IPv6Any, 0);

    /// <summary>Is this 0.0.0.0/0 or ::/0?</summary>
    public bool IsDefault => Length == 0 && (Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any));

    /// <summary>Does the network hold <paramref name="address"/>? False for the other family.</summary>
    public bool Contains(IPAddress address) =>
        address.AddressFamily == Address.AddressFamily && Mask(address, Length).Equals(Mask(Address, Length));

    /// <summary>The address as a prefix of one: /32 or /128.</summary>
    public static IPPrefix Host(IPAddress address) =>
        new(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);

    /// <summary>Reads <c>address/length</c> as Go's ParseCIDR does: no zone, no leading zeros, length within the family.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IPPrefix prefix)
    {
        prefix = default;
        int slash = text.IndexOf('/');
        if (slash < 0 || !IPText.TryParse(text[..slash], out var address))
            return false;
        var digits = text[(slash + 1)..];
        if (digits.Length is 0 or > 3 || (digits.Length > 1 && digits[0] == '0'))
            return false;
        int length = 0;
        foreach (char c in digits)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            length = length * 10 + (c - '0');
        }
        // An IPv4-mapped address in IPv6 notation keeps its IPv6 length in Go; such input is refused here.
        if (length > (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128))
            return false;
        prefix = new IPPrefix(address, length);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{IPText.Format(Address)}/{Length}";

    private static IPAddress Mask(IPAddress address, int length)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int count);
        for (int i = 0; i < count; i++)
        {
            int bits = Math.Clamp(length - i * 8, 0, 8);
            bytes[i] &= (byte)(0xff << (8 - bits));
        }
        return new IPAddress(bytes[..count]);
    }
}
