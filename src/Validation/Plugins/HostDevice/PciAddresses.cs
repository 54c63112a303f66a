namespace MultiNet.Validation;

/// <summary>Addresses of PCI functions, as sysfs writes them: <c>0000:3d:00.1</c>.</summary>
internal static class PciAddresses
{
    /// <summary>Is it one? Behind an Intel VMD controller the domain has five digits; letters may be capital.</summary>
    public static bool IsValid(string text)
    {
        int domain = text.Length - 8;
        if (domain is < 4 or > 8 || text[domain] != ':' || text[domain + 3] != ':' || text[domain + 6] != '.')
            return false;
        for (int i = 0; i < text.Length - 2; i++)
        {
            if (text[i] != ':' && !char.IsAsciiHexDigit(text[i]))
                return false;
        }
        return text.AsSpan(0, domain).IndexOf(':') < 0 && text[domain + 1] != ':' && text[domain + 2] != ':' && text[domain + 4] is '0' or '1'
            && text[domain + 5] != ':' && text[^1] is >= '0' and <= '7';
    }
}
