namespace MultiNet.Cni;

/// <summary>The versions of the CNI specification, as the strings in which they travel.</summary>
public static class CniVersion
{
    /// <summary>The newest version that is spoken here.</summary>
    public const string Latest = "1.1.0";

    /// <summary>All versions, oldest first.</summary>
    public static IReadOnlyList<string> All { get; } = ["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"];

    /// <summary>A configuration without <c>cniVersion</c>, or with an empty one, means 0.1.0.</summary>
    public static string OrDefault(string? version) => string.IsNullOrEmpty(version) ? "0.1.0" : version;

    /// <summary>Is <paramref name="version"/> one of <see cref="All"/>? Membership is exact, as in the reference.</summary>
    public static bool IsKnown(string version)
    {
        foreach (var known in All)
        {
            if (known == version)
                return true;
        }
        return false;
    }

    /// <summary>Is <paramref name="version"/> the same as or newer than <paramref name="other"/>? False where either is no dotted triple.</summary>
    public static bool AtLeast(string version, string other) =>
        TryParse(version, out var left) && TryParse(other, out var right) && left.CompareTo(right) >= 0;

    /// <summary>Reads <c>major.minor.micro</c>; missing parts count as 0, as in the reference.</summary>
    public static bool TryParse(string text, out (int Major, int Minor, int Micro) version)
    {
        version = default;
        if (text.Length is 0 or > 32)
            return false;
        Span<int> parts = [0, 0, 0];
        int part = 0, digits = 0;
        foreach (char c in text)
        {
            if (c == '.')
            {
                if (digits == 0 || ++part > 2)
                    return false;
                digits = 0;
            }
            else if (char.IsAsciiDigit(c) && digits < 6)
            {
                parts[part] = parts[part] * 10 + (c - '0');
                digits++;
            }
            else
            {
                return false;
            }
        }
        version = (parts[0], parts[1], parts[2]);
        return digits > 0;
    }
}
