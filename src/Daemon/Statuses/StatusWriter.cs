using System.Threading.Channels;
using MultiNet.Hosting;
using MultiNet.Hosting.Logging;
using MultiNet.Daemon.Metrics;
using MultiNet.Kubernetes;

namespace MultiNet.Daemon.Statuses;

/// <summary>
/// Writes network-status: one for each pod at a time, the newest wins, and it is tried until it is written or the pod is gone. What is lost
/// with the process is found again in the journals (<see cref="StatusReconciler"/>), so that memory can be bounded.
/// </summary>
internal sealed class StatusWriter : IDaemonLoop
{
    /// <summary>So many pods wait at most; a node has a few hundred.</summary>
    internal const int MostPods = 2048;

    private const int Workers = 4;

    private static readonly StatusOutcome s_released = new(StatusOutcomeKind.Dropped, "the sandbox was released");
    private readonly StatusPatch _patch;
    private readonly DaemonLog _log;
    private readonly NodeMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, Entry> _entries = [];
    private readonly Dictionary<ObjectKey, (string Text, long At)> _written = [];
    private readonly Channel<ObjectKey> _due = Channel.CreateUnbounded<ObjectKey>();
    private bool _isEnding;

    public StatusWriter(StatusPatch patch, DaemonLog log, NodeMetrics metrics, TimeProvider time)
    {
        _patch = patch;
        _log = log;
        _metrics = metrics;
        _time = time;
        metrics.QueueLength.Set(() => Length, "status");
    }

    /// <inheritdoc/>
    public string Name => "status";

    /// <summary>The first pause after a failure; each further one is twice as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long, at the end, what waits may still be tried.</summary>
    public TimeSpan FlushPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many pods wait for their status.</summary>
    public int Length
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>Wants a status to be written. Never waits.</summary>
    /// <returns>Completes with what came of it; null where too many wait: the journals remember.</returns>
    public Task<StatusOutcome>? Enqueue(WantedStatus wanted)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(wanted.Pod, out var entry))
            {
                if (_entries.Count >= MostPods)
                    return null;
                _entries[wanted.Pod] = entry = new Entry(wanted);
            }
            else
            {
                entry.Wanted = wanted;
                entry.Attempts = 0;
                entry.HasChanged = entry.IsBusy;
                entry.IsForgotten = false;
            }
            if (!entry.IsBusy)
                _due.Writer.TryWrite(wanted.Pod);
            return entry.Outcome.Task;
        }
    }

    /// <summary>A sandbox was released or rolled back: its status is not wanted any more.</summary>
    public void Forget(ObjectKey pod, string container)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(pod, out var entry) && entry.Wanted.Container == container)
            {
                // What is under way may still be written, but is not tried again.
                if (entry.IsBusy)
                    entry.IsForgotten = true;
                else
                    End(entry, s_released);
            }
            _written.Remove(pod);
        }
    }

    /// <summary>Waits this status to be written, or was it a moment ago? The cache may not have heard of it yet.</summary>
    public bool IsUnderWay(ObjectKey pod, string text)
    {
        lock (_lock)
        {
            return (_entries.TryGetValue(pod, out var entry) && entry.Wanted.Text == text)
                || (_written.TryGetValue(pod, out var written) && written.Text == text && _time.GetElapsedTime(written.At) < TimeSpan.FromSeconds(30));
        }
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var end = new CancellationTokenSource();
        var workers = new Task[Workers];
        for (int i = 0; i < Workers; i++)
            workers[i] = WorkAsync(end.Token);
        // A worker ends before only by a bug, which is the supervisor's to report.
        await Task.WhenAny([Task.Delay(Timeout.Infinite, stopping), .. workers]).ConfigureAwait(false);
        if (stopping.IsCancellationRequested)
            await FlushAsync().ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(workers).ConfigureAwait(false);
    }

    private async Task FlushAsync()
    {
        lock (_lock)
        {
            _isEnding = true;
            foreach (var (pod, entry) in _entries)
            {
                if (!entry.IsBusy)
                    _due.Writer.TryWrite(pod);
            }
        }
        long started = _time.GetTimestamp();
        while (Length > 0 && _time.GetElapsedTime(started) < FlushPatience)
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time).ConfigureAwait(false);
        if (Length > 0)
            _log.Warning($"{Length} pods wait for their network-status; the journals tell the next daemon", new LogSubject { Part = Name });
    }

    private async Task WorkAsync(CancellationToken ending)
    {
        while (true)
        {
            try
            {
                var key = await _due.Reader.ReadAsync(ending).ConfigureAwait(false);
                WantedStatus wanted;
                lock (_lock)
                {
                    if (!_entries.TryGetValue(key, out var entry) || entry.IsBusy)
                        continue;
                    entry.IsBusy = true;
                    wanted = entry.Wanted;
                }
                var (outcome, failure) = await _patch.TryAsync(wanted, ending).ConfigureAwait(false);
                Settle(key, wanted, outcome, failure);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private void Settle(ObjectKey key, WantedStatus wanted, StatusOutcome? outcome, string failure)
    {
        _metrics.StatusWrites.Add(1, outcome is null ? "retried" : outcome.Kind.ToString().ToLowerInvariant());
        lock (_lock)
        {
            var entry = _entries[key];
            entry.IsBusy = false;
            if (outcome?.Kind == StatusOutcomeKind.Written)
                Remember(wanted);
            if (entry.HasChanged && !entry.IsForgotten)
            {
                // A newer one came meanwhile: that is what is waited for.
                entry.HasChanged = false;
                _due.Writer.TryWrite(key);
            }
            else if (outcome is not null || entry.IsForgotten)
            {
                End(entry, outcome ?? s_released);
            }
            else
            {
                entry.Attempts++;
                RetryLater(key, entry.Attempts);
            }
        }
        var subject = new LogSubject { Part = Name, Pod = key.ToString(), PodUid = wanted.Uid, Container = wanted.Container };
        switch (outcome?.Kind)
        {
            case null:
                _log.Warning($"network-status not written, trying again: {failure}", subject);
                break;
            case StatusOutcomeKind.Written:
                _log.Debug("network-status written", subject);
                break;
            case StatusOutcomeKind.Gone:
                _log.Info($"network-status not written: {outcome.Reason}", subject);
                break;
            default:
                _log.Error($"network-status refused by the API server: {outcome.Reason}", subject);
                break;
        }
    }

    private void End(Entry entry, StatusOutcome outcome)
    {
        _entries.Remove(entry.Wanted.Pod);
        entry.Outcome.TrySetResult(outcome);
    }

    private void Remember(WantedStatus wanted)
    {
        if (_written.Count >= MostPods)
            _written.Clear();
        _written[wanted.Pod] = (wanted.Text, _time.GetTimestamp());
    }

    private void RetryLater(ObjectKey key, int attempts)
    {
        double full = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(attempts, 20) - 1), LongestPause.TotalMilliseconds);
        // At the end there is no time for long pauses.
        if (_isEnding)
            full = FirstPause.TotalMilliseconds;
        _ = LaterAsync(TimeSpan.FromMilliseconds(full * (0.75 + (Random.Shared.NextDouble() / 2))));

        async Task LaterAsync(TimeSpan pause)
        {
            await Task.Delay(pause, _time).ConfigureAwait(false);
            _due.Writer.TryWrite(key);
        }
    }

    private sealed class Entry(WantedStatus wanted)
    {
        public WantedStatus Wanted { get; set; } = wanted;

        public TaskCompletionSource<StatusOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Attempts { get; set; }

        public bool IsBusy { get; set; }

        public bool HasChanged { get; set; }

        public bool IsForgotten { get; set; }
    }
}
