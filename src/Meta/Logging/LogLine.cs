using System.Globalization;
using System.Text;
using Serilog.Events;

namespace MultiNet.Meta.Logging;

/// <summary>The text of an event: one line, whatever its message holds, so that a line is written by one call and read by grep.</summary>
internal static class LogLine
{
    private const int LongestMessage = 16 * 1024;

    /// <summary>For example <c>2026-01-02T03:04:05.678Z [error] cannot attach pod=default/web network=blue</c>, with a line feed.</summary>
    public static string Format(LogEvent logged)
    {
        var line = new StringBuilder(128);
        line.Append(logged.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        line.Append(logged.Level switch
        {
            LogEventLevel.Debug => " [debug] ",
            LogEventLevel.Information => " [verbose] ",
            _ => " [error] ",
        });
        Append(line, logged.MessageTemplate.Text);
        foreach (string name in (ReadOnlySpan<string>)["pod", "container", "network", "interface"])
        {
            if (logged.Properties.TryGetValue(name, out var value) && value is ScalarValue { Value: string text })
            {
                line.Append(' ').Append(name).Append('=');
                Append(line, text);
            }
        }
        return line.Append('\n').ToString();
    }

    private static void Append(StringBuilder line, string text)
    {
        int length = Math.Min(text.Length, LongestMessage);
        for (int i = 0; i < length; i++)
            line.Append(char.IsControl(text[i]) ? ' ' : text[i]);
        if (length < text.Length)
            line.Append("...");
    }
}
