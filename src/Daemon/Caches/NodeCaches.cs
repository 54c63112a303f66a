using MultiNet.Daemon.Logging;
using MultiNet.Daemon.Metrics;
using MultiNet.Kubernetes;
using KubeDefinition = MultiNet.Kubernetes.NetworkAttachmentDefinition;
using KubeNamespace = MultiNet.Kubernetes.Namespace;
using KubePod = MultiNet.Kubernetes.Pod;

namespace MultiNet.Daemon.Caches;

/// <summary>What the API server has, a moment ago: the pods of this node, all definitions, all namespaces.</summary>
internal sealed class NodeCaches
{
    /// <summary>Makes the caches; they fill once their loops run.</summary>
    public NodeCaches(ApiServerClient api, string nodeName, DaemonLog log, NodeMetrics metrics, WatchTimeouts? timeouts = null)
    {
        Pods = new WatchCache<KubePod>(api, ResourceTypes.Pods, new ListSelector(FieldSelector: $"spec.nodeName={nodeName}"), timeouts)
        {
            Transform = KeptObjects.Of,
            Failed = e => Failed("pods", e),
            Changed = change =>
            {
                PodsPulse.Beat();
                PodChanged?.Invoke(change);
            },
        };
        Definitions = new WatchCache<KubeDefinition>(api, ResourceTypes.NetworkAttachmentDefinitions, null, timeouts)
        {
            Transform = KeptObjects.Of,
            Failed = e => Failed("definitions", e),
        };
        Namespaces = new WatchCache<KubeNamespace>(api, ResourceTypes.Namespaces, null, timeouts)
        {
            Transform = KeptObjects.Of,
            Failed = e => Failed("namespaces", e),
        };
        Loops = [new CacheLoop("pods", Pods.RunAsync), new CacheLoop("definitions", Definitions.RunAsync), new CacheLoop("namespaces", Namespaces.RunAsync)];

        void Failed(string cache, Exception e)
        {
            metrics.WatchFailures.Add(1, cache);
            log.Warning($"cannot follow {cache}, trying again: {e.Message}", new LogSubject { Part = "cache" });
        }
    }

    /// <summary>The pods of this node.</summary>
    public WatchCache<KubePod> Pods { get; }

    /// <summary>All definitions.</summary>
    public WatchCache<KubeDefinition> Definitions { get; }

    /// <summary>All namespaces.</summary>
    public WatchCache<KubeNamespace> Namespaces { get; }

    /// <summary>Beats whenever a pod changes.</summary>
    public Pulse PodsPulse { get; } = new();

    /// <summary>Called for each change of a pod, after it is in the cache; must return soon.</summary>
    public event Action<WatchEvent<KubePod>>? PodChanged;

    /// <summary>What fills the caches.</summary>
    public IReadOnlyList<INodeLoop> Loops { get; }

    /// <summary>Have all been complete?</summary>
    public bool HaveSynced => Pods.HasSynced && Definitions.HasSynced && Namespaces.HasSynced;

    /// <summary>Completes when all have been complete once.</summary>
    public Task Synced => Task.WhenAll(Pods.Synced, Definitions.Synced, Namespaces.Synced);

    private sealed class CacheLoop(string name, Func<CancellationToken, Task> run) : INodeLoop
    {
        public string Name => name;

        public Task RunAsync(CancellationToken stopping) => run(stopping);
    }
}
