using System.Diagnostics;
using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Configuration;

namespace MultiNet.Meta.Logging;

/// <summary>A call of the plugin with the log that its configuration asks for. Costs next to nothing where none is asked for.</summary>
internal sealed class LoggedCall : IDisposable
{
    private readonly MetaLog _log;
    private readonly CniVerb _verb;
    private readonly LogSubject _subject;

    public LoggedCall(MetaConfig config, CniCall call, LogSubject subject)
    {
        _log = new MetaLog(config);
        _verb = call.Verb;
        _subject = subject;
        Progress = _log.IsEnabled(MetaLogLevel.Error) ? new LoggedProgress(_log, subject) : null;
    }

    /// <summary>Hears of attachments; null where nothing is logged.</summary>
    public IAttachmentProgress? Progress { get; }

    /// <summary>Makes the call, and logs how it ended.</summary>
    public T Run<T>(Func<T> verb)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            var result = verb();
            if (_log.IsEnabled(MetaLogLevel.Verbose))
                _log.Verbose($"{_verb.ToString().ToUpperInvariant()} done in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0.0} ms", _subject);
            return result;
        }
        catch (Exception e)
        {
            _log.Error($"{_verb.ToString().ToUpperInvariant()} failed: {(e is CniException error ? error.Text : e.ToString())}", _subject);
            throw;
        }
    }

    /// <summary>Closes the log.</summary>
    public void Dispose() => _log.Dispose();
}
