using System.Globalization;
using System.Text;

namespace MultiNet.Networks;

/// <summary>
/// Hardware addresses in text, in the notations that Go's ParseMAC reads: <c>aa:bb:...</c>, <c>aa-bb-...</c>, <c>aabb.ccdd...</c>
/// </summary>
public static class HardwareAddress
{
    private const int MaxBytes = 20;

    /// <summary>Reads an address of 6, 8 or 20 bytes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="canonical">The address in lower case with colons.</param>
    /// <param name="address">Its bytes.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out string canonical, out byte[] address)
    {
        canonical = "";
        address = [];
        if (text.Length < 14 || text.Length > MaxBytes * 3 - 1)
            return false;
        char separator = text[2] is ':' or '-' ? text[2] : text[4];
        int digits = separator == '.' ? 4 : 2;
        if (separator is not (':' or '-' or '.') || (text.Length + 1) % (digits + 1) != 0)
            return false;

        Span<byte> bytes = stackalloc byte[MaxBytes];
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (i % (digits + 1) == digits)
            {
                if (text[i] != separator)
                    return false;
                continue;
            }
            // Two digits at a time: never across a separator, for groups are of two or four.
            if (i + 1 >= text.Length || count == MaxBytes
                || !byte.TryParse(text.Slice(i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[count]))
                return false;
            count++;
            i++;
        }
        if (count is not (6 or 8 or 20))
            return false;
        address = bytes[..count].ToArray();
        canonical = Format(address);
        return true;
    }

    private static string Format(ReadOnlySpan<byte> address)
    {
        var text = new StringBuilder(address.Length * 3);
        foreach (byte b in address)
            text.Append(text.Length == 0 ? "" : ":").Append(b.ToString("x2"));
        return text.ToString();
    }
}
