using System.Globalization;

namespace MultiNet.Meta.CommandLine.Dhcp;

/// <summary>Lengths of time as Go's programs take them: <c>10s</c>, <c>1m30s</c>, <c>1.5h</c>, <c>500ms</c>.</summary>
internal static class GoDuration
{
    private static readonly (string Unit, double Seconds)[] s_units =
    [
        ("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("ns", 1e-9), ("h", 3600), ("m", 60), ("s", 1),
    ];

    /// <summary>Reads a length of more than nothing and less than a year.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        double seconds = 0;
        duration = default;
        var rest = text.AsSpan();
        if (rest.Length == 0)
            return false;
        while (rest.Length > 0)
        {
            int digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.'))
                digits++;
            if (digits == 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
                return false;
            rest = rest[digits..];
            bool found = false;
            foreach (var (unit, factor) in s_units)
            {
                if (!rest.StartsWith(unit, StringComparison.Ordinal))
                    continue;
                seconds += number * factor;
                rest = rest[unit.Length..];
                found = true;
                break;
            }
            if (!found)
                return false;
        }
        if (seconds is not (> 0 and < 365 * 86400))
            return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }
}
