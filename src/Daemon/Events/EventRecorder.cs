using System.Globalization;
using System.Threading.Channels;
using MultiNet.Hosting;
using MultiNet.Hosting.Logging;
using MultiNet.Daemon.Metrics;
using MultiNet.Kubernetes;

namespace MultiNet.Daemon.Events;

/// <summary>
/// Tells people what happened to a pod, in its events. Recording never waits: what comes faster than it can be sent is dropped, and the same
/// thing said again is counted in the event that was made for it.
/// </summary>
internal sealed class EventRecorder : IDaemonLoop
{
    private const int Longest = 256, MostKnown = 1024;

    private readonly ApiServerClient _api;
    private readonly string _node;
    private readonly bool _isOn;
    private readonly DaemonLog _log;
    private readonly NodeMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly EventPace _pace;
    private readonly Channel<PodEvent> _queue;
    private readonly Dictionary<PodEvent, Told> _told = [];

    /// <param name="api">The API server.</param>
    /// <param name="node">The node, as the instance that reports.</param>
    /// <param name="isOn">Are events wanted?</param>
    /// <param name="log">The log.</param>
    /// <param name="metrics">Counts them.</param>
    /// <param name="time">The clock.</param>
    public EventRecorder(ApiServerClient api, string node, bool isOn, DaemonLog log, NodeMetrics metrics, TimeProvider time)
    {
        _api = api;
        _node = node.Length > 128 ? node[..128] : node;
        _isOn = isOn;
        _log = log;
        _metrics = metrics;
        _time = time;
        _pace = new EventPace(time);
        _queue = Channel.CreateBounded<PodEvent>(
            new BoundedChannelOptions(Longest) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => metrics.EventsSent.Add(1, "dropped"));
        metrics.QueueLength.Set(() => _queue.Reader.Count, "events");
    }

    /// <inheritdoc/>
    public string Name => "events";

    /// <summary>The same event within this time is counted in the one before.</summary>
    public TimeSpan MergeWithin { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long, at the end, what waits may still be sent.</summary>
    public TimeSpan FlushPatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The UID that events of a pod name, where it is not the pod's own: that of a static pod.</summary>
    public Func<ObjectKey, string?> KubeletUid { get; init; } = _ => null;

    /// <summary>Records an event. Never waits.</summary>
    public void Record(PodEvent happened)
    {
        if (_isOn)
            _queue.Writer.TryWrite(KubeletUid(happened.Pod) is { } uid ? happened with { Uid = uid } : happened);
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                var happened = await _queue.Reader.ReadAsync(stopping).ConfigureAwait(false);
                await _pace.WaitAsync(stopping).ConfigureAwait(false);
                await SendAsync(happened, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await FlushAsync().ConfigureAwait(false);
        }
    }

    private async Task FlushAsync()
    {
        using var end = new CancellationTokenSource(FlushPatience, _time);
        try
        {
            while (_queue.Reader.TryRead(out var happened))
                await SendAsync(happened, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            _metrics.EventsSent.Add(1 + _queue.Reader.Count, "dropped");
        }
    }

    private async Task SendAsync(PodEvent happened, CancellationToken cancellationToken)
    {
        try
        {
            string now = _time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
            if (_told.TryGetValue(happened, out var told) && _time.GetElapsedTime(told.At) < MergeWithin)
            {
                told.Count++;
                told.At = _time.GetTimestamp();
                if (await CountAsync(happened, told, now, cancellationToken).ConfigureAwait(false))
                {
                    _metrics.EventsSent.Add(1, "merged");
                    return;
                }
                _told.Remove(happened);
            }
            string name = NameOf(happened);
            await _api.CreateAsync(ResourceTypes.Events, EventOf(happened, name, now), cancellationToken).ConfigureAwait(false);
            if (_told.Count >= MostKnown)
                _told.Clear();
            _told[happened] = new Told(name) { At = _time.GetTimestamp() };
            _metrics.EventsSent.Add(1, "sent");
        }
        catch (Exception e) when (e is KubeApiException or KubeConnectionException or KubeConfigException)
        {
            // It is told or it is not: nothing hangs on it.
            _metrics.EventsSent.Add(1, "failed");
            _log.Warning($"event {happened.Reason} not written: {e.Message}", new LogSubject { Part = Name, Pod = happened.Pod.ToString(), PodUid = happened.Uid });
        }
    }

    // False where the event is no longer there: the API server forgets events after an hour, and those of a namespace with it.
    private async Task<bool> CountAsync(PodEvent happened, Told told, string now, CancellationToken cancellationToken)
    {
        try
        {
            await _api.MergePatchAsync(
                ResourceTypes.Events, new ObjectKey(happened.Pod.Namespace, told.Name), "",
                patch =>
                {
                    patch.WriteStartObject();
                    patch.WriteStartObject("series");
                    patch.WriteNumber("count", told.Count);
                    patch.WriteString("lastObservedTime", now);
                    patch.WriteEndObject();
                    patch.WriteEndObject();
                },
                cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    // A pod's name may be as long as an event's.
    private static string NameOf(PodEvent happened)
    {
        string pod = happened.Pod.Name.Length > 230 ? happened.Pod.Name[..230].TrimEnd('.', '-') : happened.Pod.Name;
        return $"{pod}.{Random.Shared.NextInt64():x16}";
    }

    private Event EventOf(PodEvent happened, string name, string now) => new()
    {
        ApiVersion = "events.k8s.io/v1",
        Kind = "Event",
        Metadata = new ObjectMeta { Name = name, Namespace = happened.Pod.Namespace },
        EventTime = now,
        ReportingController = "multinetd",
        ReportingInstance = _node,
        Action = happened.Action,
        Reason = happened.Reason,
        Regarding = new ObjectReference
        {
            ApiVersion = "v1", Kind = "Pod", Namespace = happened.Pod.Namespace, Name = happened.Pod.Name, Uid = happened.Uid.Length > 0 ? happened.Uid : null,
        },
        Note = happened.Note,
        Type = happened.IsWarning ? "Warning" : "Normal",
    };

    private sealed class Told(string name)
    {
        public string Name => name;

        public int Count { get; set; } = 1;

        public long At { get; set; }
    }
}
