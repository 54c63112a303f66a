using System.Globalization;

namespace MultiNet.Delegates.Devices;

/// <summary>The address of a PCI function as sysfs writes it: <c>0000:3d:00.1</c>, domain, bus, device and function in hexadecimal.</summary>
internal readonly record struct PciAddress
{
    // A domain has four digits; behind an Intel VMD controller it has five.
    private const int ShortestDomain = 4;
    private const int LongestDomain = 8;
    private const int Tail = 8; // ":3d:00.1"
    private const int LargestDevice = 0x1f;
    private const int LargestFunction = 7;

    private readonly string? _text;

    private PciAddress(string text) => _text = text;

    /// <summary>Is there no address?</summary>
    public bool IsNone => _text is null;

    /// <summary>Reads an address; capital letters are taken for small ones.</summary>
    /// <returns>False where it is none.</returns>
    public static bool TryParse(string text, out PciAddress address)
    {
        address = default;
        int domain = text.Length - Tail;
        if (domain is < ShortestDomain or > LongestDomain || text[domain] != ':' || text[domain + 3] != ':' || text[domain + 6] != '.')
            return false;
        if (!IsHexadecimal(text.AsSpan(0, domain)) || !IsHexadecimal(text.AsSpan(domain + 1, 2)) || !IsHexadecimal(text.AsSpan(domain + 4, 2))
            || int.Parse(text.AsSpan(domain + 4, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) > LargestDevice
            || text[^1] is < '0' or > (char)('0' + LargestFunction))
        {
            return false;
        }
        address = new PciAddress(text.ToLowerInvariant());
        return true;
    }

    /// <summary>The address as sysfs writes it; "" for none.</summary>
    public override string ToString() => _text ?? "";

    private static bool IsHexadecimal(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiHexDigit(c))
                return false;
        }
        return true;
    }
}
