using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Daemon.Events;
using MultiNet.Daemon.HostProcesses;
using MultiNet.Hosting;
using MultiNet.Hosting.Logging;
using MultiNet.Kubernetes;
using MultiNet.Networks;
using KubePod = MultiNet.Kubernetes.Pod;

namespace MultiNet.Daemon.HotPlug;

/// <summary>
/// Has the host's <c>multinet sync</c> plug and unplug networks where the annotation of a running pod is not what its sandbox has. It compares,
/// and does not count changes: what changed while nobody looked is found, many changes at once are one, and what failed is tried again.
/// </summary>
internal sealed class HotPlugLoop(NodeContext context, HostMultinet multinet) : IDaemonLoop
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly SandboxIndex _sandboxes = new(context.Config.StateDir);
    private readonly Dictionary<string, SyncAttempt> _attempts = [];
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public string Name => "hot-plug";

    /// <summary>The shortest time between two looks: an annotation is often changed several times.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The longest time between two looks.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping)
    {
        await context.Caches.Pods.Synced.WaitAsync(stopping).ConfigureAwait(false);
        var running = new List<Task>();
        try
        {
            while (true)
            {
                var next = context.Caches.PodsPulse.Next;
                running.RemoveAll(task => task.IsCompleted);
                foreach (var (entry, pod, attempt) in Due())
                    running.Add(SyncAsync(entry, pod, attempt, stopping));
                // An attempt that ends, or may be repeated, is a reason to look again, too.
                var pause = Task.Delay(running.Count > 0 || HasAttempts() ? TimeSpan.FromSeconds(1) : Period, context.Time, stopping);
                await Task.WhenAny(next, pause).ConfigureAwait(false);
                await Task.Delay(Rest, context.Time, stopping).ConfigureAwait(false);
            }
        }
        finally
        {
            await Task.WhenAll(running).ConfigureAwait(false);
        }
    }

    private bool HasAttempts()
    {
        lock (_lock)
            return _attempts.Count > 0;
    }

    private List<(SandboxEntry Entry, KubePod Pod, SyncAttempt Attempt)> Due()
    {
        var due = new List<(SandboxEntry, KubePod, SyncAttempt)>();
        var wanted = new HashSet<string>();
        lock (_lock)
        {
            foreach (var entry in _sandboxes.Look())
            {
                if (!context.Caches.Pods.TryGet(new ObjectKey(entry.Pod.Namespace, entry.Pod.Name), out var pod) || !IsSame(pod, entry.Pod.Uid)
                    || pod.Metadata.DeletionTimestamp is not null)
                {
                    continue;
                }
                string annotation = pod.Metadata.Annotation(AnnotationKeys.Networks) ?? "";
                if (_sandboxes.HasAll(entry, annotation))
                    continue;
                string key = $"{entry.ContainerId}@{entry.IfName}";
                wanted.Add(key);
                if (!_attempts.TryGetValue(key, out var attempt))
                    _attempts[key] = attempt = new SyncAttempt();
                if (attempt.IsRunning)
                    continue;
                attempt.Wants(annotation);
                if (attempt.NotBefore > context.Time.GetTimestamp())
                    continue;
                attempt.Begin();
                due.Add((entry, pod, attempt));
            }
            foreach (string key in _attempts.Keys)
            {
                if (!wanted.Contains(key) && !_attempts[key].IsRunning)
                    _attempts.Remove(key);
            }
        }
        return due;
    }

    private async Task SyncAsync(SandboxEntry entry, KubePod pod, SyncAttempt attempt, CancellationToken stopping)
    {
        var subject = new LogSubject { Part = Name, Pod = entry.Pod.ToString(), PodUid = pod.Metadata.Uid, Container = entry.ContainerId };
        try
        {
            var (_, answer) = await multinet.RunAsync(s_patience, ["sync", "--container", entry.ContainerId], stopping).ConfigureAwait(false);
            foreach (var sandbox in answer.Objects("sandboxes"))
            {
                if (sandbox.String("interface") == entry.IfName)
                    Tell(pod, sandbox, subject);
            }
        }
        catch (OperationCanceledException)
        {
            // The next daemon looks again.
        }
        catch (CniException e)
        {
            Failed(pod, e.Text, subject);
        }
        finally
        {
            lock (_lock)
                attempt.End(context.Time);
        }
    }

    private void Tell(KubePod pod, JsonFields sandbox, LogSubject subject)
    {
        var error = sandbox.Object("error");
        if (error.Exists)
        {
            Failed(pod, error.String("details") is { Length: > 0 } details ? $"{error.String("msg")}; {details}" : error.String("msg"), subject);
            return;
        }
        string attached = Names(sandbox.Objects("attached")), detached = Names(sandbox.Objects("detached"));
        context.Log.Info($"networks changed: attached {Or(attached)}, released {Or(detached)}", subject);
        // What was attached is told by the report that comes with its status.
        if (detached.Length > 0)
            Record(pod, false, "ReleasedNetworks", "Detach", $"Released {detached}");
    }

    private void Failed(KubePod pod, string message, LogSubject subject)
    {
        context.Metrics.Errors.Add(1, "SYNC", "");
        context.Log.Error($"networks could not be changed: {message}", subject);
        Record(pod, true, "FailedChangingNetworks", "Attach", $"Networks could not be changed as the annotation asks; what stood stays: {message}");
    }

    private void Record(KubePod pod, bool isWarning, string reason, string action, string note) => context.Events.Record(
        new PodEvent(new ObjectKey(pod.Metadata.Namespace, pod.Metadata.Name), pod.Metadata.Uid, isWarning, reason, action, EventNotes.Limited(note)));

    private static string Names(IReadOnlyList<JsonFields> networks) => string.Join(", ", networks.Select(n => $"{n.String("interface")} ({n.String("network")})"));

    private static string Or(string names) => names.Length > 0 ? names : "nothing";

    // The kubelet names a static pod by another UID than the API server does its mirror.
    private static bool IsSame(KubePod pod, string uid) =>
        uid.Length == 0 || pod.Metadata.Uid == uid || (pod.Metadata.Annotation(AnnotationKeys.ConfigSource) is { } source && source != "api");
}
