using MultiNet.Daemon.Events;
using MultiNet.Hosting.Logging;
using MultiNet.Hosting.Metrics;
using MultiNet.Daemon.Metrics;
using MultiNet.Daemon.Statuses;
using MultiNet.Kubernetes;
using MultiNet.Meta.NodeDaemon;

namespace MultiNet.Daemon.Socket;

/// <summary>Takes the reports of <c>multinet</c>: status is written, numbers are counted, people are told.</summary>
internal sealed class ReportDesk(StatusWriter statuses, EventRecorder events, NodeMetrics metrics, DaemonLog log, TimeProvider time)
{
    // Which plugins an attachment had is told when it is attached, not when it is released.
    private readonly Dictionary<string, string> _chains = [];
    private readonly Lock _lock = new();

    /// <summary>How long an ADD waits for its status to be written.</summary>
    public TimeSpan WritePatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The attachments stand.</summary>
    public async Task<DaemonAnswer> AttachedAsync(DaemonRequest report, CancellationToken cancellationToken)
    {
        if (Key(report) is not { } pod || string.IsNullOrEmpty(report.Status) || string.IsNullOrEmpty(report.ContainerId))
            return new DaemonAnswer { Refused = "\"attached\" needs \"namespace\", \"name\", \"containerId\" and \"status\"" };
        var attachments = report.Attachments ?? [];
        foreach (var attachment in attachments)
            metrics.AddDuration.Observe(TimeSpan.FromMilliseconds(attachment.Milliseconds), attachment.Network, Chain(attachment));
        metrics.CallDuration.Observe(TimeSpan.FromMilliseconds(report.Milliseconds), report.IsChange ? "sync" : "ADD");
        log.Info($"attached {attachments.Count} networks in {report.Milliseconds:0.0} ms: {EventNotes.Attached(attachments)}", Subject(report));
        if (statuses.Enqueue(new WantedStatus(pod, report.Uid ?? "", report.ContainerId, report.Status)) is not { } written)
            return new DaemonAnswer { Queued = true };
        StatusOutcome outcome;
        try
        {
            outcome = await written.WaitAsync(WritePatience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Tell(pod, report);
            return new DaemonAnswer { Queued = true };
        }
        switch (outcome.Kind)
        {
            case StatusOutcomeKind.Gone:
                return new DaemonAnswer { Gone = outcome.Reason };
            case StatusOutcomeKind.Dropped:
                return new DaemonAnswer { Queued = true };
            case StatusOutcomeKind.Refused:
                return new DaemonAnswer { Refused = outcome.Reason };
            default:
                Tell(pod, report);
                return new DaemonAnswer { Written = true };
        }
    }

    /// <summary>An ADD failed and was rolled back.</summary>
    public DaemonAnswer Failed(DaemonRequest report)
    {
        metrics.Errors.Add(1, "ADD", report.Code.ToString());
        metrics.CallDuration.Observe(TimeSpan.FromMilliseconds(report.Milliseconds), "ADD");
        log.Error($"ADD failed with code {report.Code}: {report.Message}", Subject(report) with { Network = report.Network });
        if (Key(report) is not { } pod)
            return new DaemonAnswer();
        statuses.Forget(pod, report.ContainerId ?? "");
        events.Record(EventNotes.ForFailed(pod, report));
        return new DaemonAnswer();
    }

    /// <summary>A sandbox was released, or could not be.</summary>
    public DaemonAnswer Detached(DaemonRequest report)
    {
        metrics.CallDuration.Observe(TimeSpan.FromMilliseconds(report.Milliseconds), "DEL");
        foreach (var attachment in report.Attachments ?? [])
            metrics.DelDuration.Observe(TimeSpan.FromMilliseconds(attachment.Milliseconds), attachment.Network, ChainOf(attachment.Network));
        if (report.Code != 0 || !string.IsNullOrEmpty(report.Message))
        {
            metrics.Errors.Add(1, "DEL", report.Code.ToString());
            log.Error($"DEL failed with code {report.Code}: {report.Message}", Subject(report));
        }
        else
        {
            log.Info($"released {report.Attachments?.Count ?? 0} networks in {report.Milliseconds:0.0} ms", Subject(report));
        }
        if (Key(report) is not { } pod)
            return new DaemonAnswer();
        statuses.Forget(pod, report.ContainerId ?? "");
        if (EventNotes.ForDetached(pod, report) is { } note)
            events.Record(note);
        return new DaemonAnswer();
    }

    // Of a sync that attached nothing there is only the status to write.
    private void Tell(ObjectKey pod, DaemonRequest report)
    {
        if (report.Attachments is { Count: > 0 })
            events.Record(EventNotes.ForAttached(pod, report));
    }

    private static ObjectKey? Key(DaemonRequest report) =>
        string.IsNullOrEmpty(report.Namespace) || string.IsNullOrEmpty(report.Name) ? null : new ObjectKey(report.Namespace, report.Name);

    private static LogSubject Subject(DaemonRequest report) => new()
    {
        Pod = Key(report)?.ToString(), PodUid = report.Uid, Container = report.ContainerId,
    };

    private string Chain(DaemonAttachment attachment)
    {
        string chain = string.Join(',', attachment.Plugins);
        lock (_lock)
        {
            if (_chains.Count >= MetricFamily.MostSeries)
                _chains.Clear();
            _chains[attachment.Network] = chain;
        }
        return chain;
    }

    private string ChainOf(string network)
    {
        lock (_lock)
            return _chains.GetValueOrDefault(network, "unknown");
    }
}
