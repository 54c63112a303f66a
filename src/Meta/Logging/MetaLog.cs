using System.Diagnostics.CodeAnalysis;
using MultiNet.Meta.Configuration;

namespace MultiNet.Meta.Logging;

/// <summary>
/// The log that <c>logFile</c>, <c>logLevel</c>, <c>logToStderr</c> and <c>logOptions</c> ask for. Nothing is opened, and the logging library not
/// touched, before a message of an enabled level comes; nothing here ever throws. Configurations are never logged: they may hold secrets.
/// </summary>
/// <remarks>Usable from several threads.</remarks>
public sealed class MetaLog : IDisposable
{
    private readonly string _file;
    private readonly bool _toStderr;
    private readonly LogOptions _options;
    private readonly TextWriter _stderr;
    private readonly MetaLogLevel _level;
    private readonly object _gate = new();
    private SerilogWriter? _writer;

    /// <summary>Makes a log as configured.</summary>
    public MetaLog(MetaConfig config)
        : this(config, Console.Error)
    {
    }

    internal MetaLog(MetaConfig config, TextWriter stderr)
    {
        ArgumentNullException.ThrowIfNull(config);
        _file = config.LogFile;
        _toStderr = config.LogToStderr;
        _options = config.LogOptions;
        _stderr = stderr;
        // The configuration's reader has refused unknown names.
        _level = config.LogLevel switch
        {
            "debug" => MetaLogLevel.Debug,
            "verbose" => MetaLogLevel.Verbose,
            "error" => MetaLogLevel.Error,
            _ => MetaLogLevel.Panic,
        };
    }

    /// <summary>Is a message of this level written? Ask before a message that costs something to make.</summary>
    public bool IsEnabled(MetaLogLevel level) => level != MetaLogLevel.Panic && level <= _level && (_toStderr || _file.Length > 0);

    /// <summary>A step, for those who look for a fault.</summary>
    public void Debug(string message, LogSubject subject = default) => Write(MetaLogLevel.Debug, message, subject);

    /// <summary>What was done.</summary>
    public void Verbose(string message, LogSubject subject = default) => Write(MetaLogLevel.Verbose, message, subject);

    /// <summary>What failed.</summary>
    public void Error(string message, LogSubject subject = default) => Write(MetaLogLevel.Error, message, subject);

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _writer?.Dispose();
            _writer = null;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A log that cannot be written must not cost a pod its network.")]
    private void Write(MetaLogLevel level, string message, LogSubject subject)
    {
        if (!IsEnabled(level))
            return;
        try
        {
            lock (_gate)
            {
                _writer ??= new SerilogWriter(_file, _options, _toStderr ? _stderr : null, _stderr);
                _writer.Write(level, message, subject);
            }
        }
        catch (Exception)
        {
            // The sinks report their own trouble, once.
        }
    }
}
