using MultiNet.Meta.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace MultiNet.Meta.Logging;

/// <summary>The only type that touches Serilog: it makes the pipeline, and events out of messages.</summary>
internal sealed class SerilogWriter : IDisposable
{
    private readonly Logger _logger;

    /// <param name="file">The log file, or empty.</param>
    /// <param name="options">Its rotation.</param>
    /// <param name="stream">Where messages go besides, or null.</param>
    /// <param name="trouble">Where a sink says, once, that it cannot write.</param>
    public SerilogWriter(string file, LogOptions options, TextWriter? stream, TextWriter trouble)
    {
        var pipeline = new LoggerConfiguration().MinimumLevel.Verbose();
        if (file.Length > 0)
            pipeline.WriteTo.Sink(new RotatingFileSink(file, options, trouble));
        if (stream is not null)
            pipeline.WriteTo.Sink(new TextWriterSink(stream));
        _logger = pipeline.CreateLogger();
    }

    public void Write(MetaLogLevel level, string message, LogSubject subject)
    {
        var properties = new List<LogEventProperty>(4);
        Add(properties, "pod", subject.Pod?.ToString());
        Add(properties, "container", subject.ContainerId);
        Add(properties, "network", subject.Network);
        Add(properties, "interface", subject.InterfaceName);
        // The text is no template: braces in an error message must not be taken for holes.
        var template = new MessageTemplate(message, [new TextToken(message)]);
        _logger.Write(new LogEvent(DateTimeOffset.UtcNow, LevelOf(level), exception: null, template, properties));
    }

    public void Dispose() => _logger.Dispose();

    private static void Add(List<LogEventProperty> properties, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            properties.Add(new LogEventProperty(name, new ScalarValue(value)));
    }

    private static LogEventLevel LevelOf(MetaLogLevel level) => level switch
    {
        MetaLogLevel.Debug => LogEventLevel.Debug,
        MetaLogLevel.Verbose => LogEventLevel.Information,
        _ => LogEventLevel.Error,
    };
}
