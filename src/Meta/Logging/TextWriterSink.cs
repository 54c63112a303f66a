using Serilog.Core;
using Serilog.Events;

namespace MultiNet.Meta.Logging;

/// <summary>Writes events to the standard error.</summary>
internal sealed class TextWriterSink(TextWriter writer) : ILogEventSink
{
    public void Emit(LogEvent logEvent)
    {
        try
        {
            writer.Write(LogLine.Format(logEvent));
            writer.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The reader of the standard error is gone.
        }
    }
}
