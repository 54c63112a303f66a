using System.Buffers;
using System.Globalization;

namespace MultiNet.Webhook.Serving;

/// <summary>Durations as Go writes them: <c>10s</c>, <c>1m30s</c>, <c>500ms</c>.</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> s_number = SearchValues.Create("0123456789.");

    /// <summary>Reads one of less than a day.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text.IsEmpty || text.Length > 32)
            return false;
        double seconds = 0;
        while (!text.IsEmpty)
        {
            int digits = text.IndexOfAnyExcept(s_number);
            if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
                return false;
            text = text[digits..];
            int letters = text.IndexOfAny(s_number);
            var unit = letters < 0 ? text : text[..letters];
            double factor = unit switch { "h" => 3600, "m" => 60, "s" => 1, "ms" => 1e-3, "us" or "µs" => 1e-6, "ns" => 1e-9, _ => -1 };
            if (factor < 0)
                return false;
            seconds += number * factor;
            text = text[unit.Length..];
        }
        if (!(seconds < 24 * 3600))
            return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }
}
