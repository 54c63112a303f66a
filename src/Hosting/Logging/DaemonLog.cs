using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace MultiNet.Hosting.Logging;

/// <summary>
/// The daemon's log: a JSON object on each line, with pod, container and network where there are such. Nothing here throws, and a reader that
/// is gone stops nobody. Not Serilog, whose pipeline costs a megabyte of memory for the same line.
/// </summary>
internal sealed class DaemonLog(Stream output, DaemonLogLevel level, TimeProvider? time = null)
{
    private const int LongestText = 8 * 1024;

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _line = new(512);

    /// <summary>Lines below this level are not written; may change while others write.</summary>
    public DaemonLogLevel Level { get; set; } = level;

    /// <summary>Is a line of this level written?</summary>
    public bool IsEnabled(DaemonLogLevel wanted) => wanted >= Level;

    /// <summary>A step.</summary>
    public void Debug(string message, LogSubject subject = default) => Write(DaemonLogLevel.Debug, message, subject);

    /// <summary>What was done.</summary>
    public void Info(string message, LogSubject subject = default) => Write(DaemonLogLevel.Info, message, subject);

    /// <summary>What went wrong and is tried again.</summary>
    public void Warning(string message, LogSubject subject = default) => Write(DaemonLogLevel.Warning, message, subject);

    /// <summary>What needs somebody.</summary>
    public void Error(string message, LogSubject subject = default) => Write(DaemonLogLevel.Error, message, subject);

    /// <summary>A line with fields of its own, which are written after the message; they must be bounded.</summary>
    public void Write(DaemonLogLevel at, string message, Action<Utf8JsonWriter> fields) => Write(at, message, default, fields);

    private void Write(DaemonLogLevel at, string message, LogSubject subject, Action<Utf8JsonWriter>? fields = null)
    {
        if (!IsEnabled(at))
            return;
        try
        {
            lock (_lock)
            {
                _line.ResetWrittenCount();
                using (var json = new Utf8JsonWriter(_line))
                {
                    json.WriteStartObject();
                    json.WriteString("time", _time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
                    json.WriteString("level", at switch { DaemonLogLevel.Debug => "debug", DaemonLogLevel.Info => "info", DaemonLogLevel.Warning => "warning", _ => "error" });
                    json.WriteString("message", Limited(message));
                    Field(json, "part", subject.Part);
                    Field(json, "pod", subject.Pod);
                    Field(json, "podUid", subject.PodUid);
                    Field(json, "container", subject.Container);
                    Field(json, "network", subject.Network);
                    fields?.Invoke(json);
                    json.WriteEndObject();
                }
                _line.Write("\n"u8);
                output.Write(_line.WrittenSpan);
                output.Flush();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or ArgumentException or InvalidOperationException)
        {
            // Nobody reads, or the text is no text: the work goes on.
        }
    }

    private static void Field(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            json.WriteString(name, Limited(value));
    }

    private static string Limited(string text) => text.Length > LongestText ? text[..LongestText] + "..." : text;
}
