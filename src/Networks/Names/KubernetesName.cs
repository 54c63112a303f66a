namespace MultiNet.Networks;

/// <summary>Names of Kubernetes objects (RFC 1123 as Kubernetes reads it).</summary>
public static class KubernetesName
{
    /// <summary>The longest label, in characters.</summary>
    public const int MaxLabel = 63;
    /// <summary>The longest subdomain, in characters.</summary>
    public const int MaxSubdomain = 253;

    /// <summary>What a label is, for messages.</summary>
    public const string LabelRule = "lower-case letters, digits and '-', with a letter or digit at both ends, at most 63 characters";

    /// <summary>What a subdomain is, for messages.</summary>
    public const string SubdomainRule =
        "lower-case letters, digits, '-' and '.', with a letter or digit at both ends, at most 253 characters";

    /// <summary>Namespaces are labels.</summary>
    public static bool IsLabel(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaxLabel && IsPart(text);

    /// <summary>Other objects are subdomains: labels joined by dots, each of any length.</summary>
    public static bool IsSubdomain(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxSubdomain)
            return false;
        while (true)
        {
            int dot = text.IndexOf('.');
            if (dot < 0)
                return IsPart(text);
            if (!IsPart(text[..dot]))
                return false;
            text = text[(dot + 1)..];
        }
    }

    /// <summary>Keys of labels and names of resources: <c>[subdomain/]name</c>.</summary>
    public static bool IsQualified(ReadOnlySpan<char> text)
    {
        int slash = text.IndexOf('/');
        return (slash < 0 || IsSubdomain(text[..slash])) && text.Length > slash + 1 && IsLabelValue(text[(slash + 1)..]);
    }

    /// <summary>Values of labels: letters, digits, '-', '_' and '.', with a letter or digit at both ends, at most 63 characters; or nothing.</summary>
    public static bool IsLabelValue(ReadOnlySpan<char> text)
    {
        if (text.Length == 0)
            return true;
        if (text.Length > MaxLabel || !char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1]))
            return false;
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
                return false;
        }
        return true;
    }

    private static bool IsPart(ReadOnlySpan<char> text)
    {
        if (text.Length == 0 || text[0] == '-' || text[^1] == '-')
            return false;
        foreach (char c in text)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))
                return false;
        }
        return true;
    }
}
