using MultiNet.Daemon.Caches;
using MultiNet.Hosting;
using MultiNet.Hosting.Logging;
using MultiNet.Kubernetes;
using MultiNet.Networks;
using KubePod = MultiNet.Kubernetes.Pod;

namespace MultiNet.Daemon.Statuses;

/// <summary>
/// Compares the node's journals with the pods' annotations, at start and whenever a pod changes, and wants written what is missing. The
/// journal is the truth: whatever was lost on the way, with a process or a connection, is found here.
/// </summary>
internal sealed class StatusReconciler(JournalIndex journals, NodeCaches caches, StatusWriter writer, DaemonLog log, TimeProvider time) : IDaemonLoop
{
    private readonly Dictionary<ObjectKey, long> _wanted = [];

    /// <inheritdoc/>
    public string Name => "status-reconciler";

    /// <summary>The shortest time between two looks: many pods change together.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest time between two looks.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>So long a status that was wanted is not wanted again, where somebody else keeps changing the annotation.</summary>
    public TimeSpan RepeatAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping)
    {
        await caches.Pods.Synced.WaitAsync(stopping).ConfigureAwait(false);
        while (true)
        {
            var next = caches.PodsPulse.Next;
            Look();
            try
            {
                await next.WaitAsync(Period, time, stopping).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Nothing has changed that we know of.
            }
            await Task.Delay(Rest, time, stopping).ConfigureAwait(false);
        }
    }

    /// <summary>One look at all journals.</summary>
    /// <returns>How many were missing.</returns>
    internal int Look()
    {
        int missing = 0;
        if (_wanted.Count > StatusWriter.MostPods)
            _wanted.Clear();
        foreach (var journaled in journals.Look())
        {
            var key = new ObjectKey(journaled.Pod.Namespace, journaled.Pod.Name);
            if (!caches.Pods.TryGet(key, out var pod) || !IsSame(pod, journaled.Pod.Uid) || pod.Metadata.DeletionTimestamp is not null)
                continue;
            if (pod.Metadata.Annotation(AnnotationKeys.NetworkStatus) is { } written && JournalIndex.IsSame(journaled, written))
                continue;
            if (_wanted.TryGetValue(key, out long at) && time.GetElapsedTime(at) < RepeatAfter)
                continue;
            if (journals.TextOf(journaled) is not { } text || writer.IsUnderWay(key, text))
                continue;
            missing++;
            _wanted[key] = time.GetTimestamp();
            log.Info("network-status is missing or another one, writing it", new LogSubject { Part = Name, Pod = key.ToString(), Container = journaled.ContainerId });
            writer.Enqueue(new WantedStatus(key, pod.Metadata.Uid, journaled.ContainerId, text));
        }
        return missing;
    }

    // The kubelet names a static pod by another UID than the API server does its mirror.
    private static bool IsSame(KubePod pod, string uid) =>
        uid.Length == 0 || pod.Metadata.Uid == uid || (pod.Metadata.Annotation(AnnotationKeys.ConfigSource) is { } source && source != "api");
}
