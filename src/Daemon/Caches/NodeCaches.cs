using MultiNet.Hosting;
using MultiNet.Hosting.Logging;
using MultiNet.Daemon.Metrics;
using MultiNet.Kubernetes;
using MultiNet.Networks;
using KubeDefinition = MultiNet.Kubernetes.NetworkAttachmentDefinition;
using KubeNamespace = MultiNet.Kubernetes.Namespace;
using KubePod = MultiNet.Kubernetes.Pod;

namespace MultiNet.Daemon.Caches;

/// <summary>What the API server has, a moment ago: the pods of this node, all definitions, all namespaces.</summary>
internal sealed class NodeCaches
{
    private volatile Exception? _podsFailure, _definitionsFailure, _namespacesFailure;

    /// <summary>Makes the caches; they fill once their loops run.</summary>
    public NodeCaches(ApiServerClient api, string nodeName, DaemonLog log, NodeMetrics metrics, WatchTimeouts? timeouts = null)
    {
        Pods = new WatchCache<KubePod>(api, ResourceTypes.Pods, new ListSelector(FieldSelector: $"spec.nodeName={nodeName}"), timeouts)
        {
            Transform = KeptObjects.Of,
            Failed = e => Failed("pods", _podsFailure = e),
            Changed = change =>
            {
                PodsPulse.Beat();
                PodChanged?.Invoke(change);
            },
        };
        Definitions = new WatchCache<KubeDefinition>(api, ResourceTypes.NetworkAttachmentDefinitions, null, timeouts)
        {
            Transform = KeptObjects.Of,
            Failed = e => Failed("definitions", _definitionsFailure = e),
        };
        Namespaces = new WatchCache<KubeNamespace>(api, ResourceTypes.Namespaces, null, timeouts)
        {
            Transform = KeptObjects.Of,
            Failed = e => Failed("namespaces", _namespacesFailure = e),
        };
        Loops = [new CacheLoop("pods", Pods.RunAsync), new CacheLoop("definitions", Definitions.RunAsync), new CacheLoop("namespaces", Namespaces.RunAsync)];

        void Failed(string cache, Exception e)
        {
            metrics.WatchFailures.Add(1, cache);
            log.Warning($"cannot follow {cache}, trying again: {Text(e)}", new LogSubject { Part = "cache" });
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
    public IReadOnlyList<IDaemonLoop> Loops { get; }

    /// <summary>Have all been complete?</summary>
    public bool HaveSynced => Pods.HasSynced && Definitions.HasSynced && Namespaces.HasSynced;

    /// <summary>Completes when all have been complete once.</summary>
    public Task Synced => Task.WhenAll(Pods.Synced, Definitions.Synced, Namespaces.Synced);

    /// <summary>Which caches have never been complete, and why, in the words of the API server; none where all have.</summary>
    public IEnumerable<string> NotListed()
    {
        if (!Pods.HasSynced)
            yield return $"the pods of this node have not been listed yet{Because(_podsFailure)}";
        if (!Definitions.HasSynced)
            yield return $"the attachment definitions have not been listed yet{Because(_definitionsFailure)}";
        if (!Namespaces.HasSynced)
            yield return $"the namespaces have not been listed yet{Because(_namespacesFailure)}";
    }

    /// <summary>
    /// The UID that events of a pod must name to be found with it: for a static pod the one that the kubelet has, which kubectl looks for, and not its
    /// mirror's. Null where nothing else is known than the pod's own.
    /// </summary>
    public string? KubeletUidOf(ObjectKey pod) => Pods.TryGet(pod, out var found) ? found.Metadata.Annotation(AnnotationKeys.MirrorPod) : null;

    private static string Because(Exception? failure) => failure is null ? "" : $": {Text(failure)}";

    // A server that knows the kind answers a list always; one that does not, in plain text.
    private static string Text(Exception failure) => failure is KubeApiException { IsNotFound: true, Reason.Length: 0 }
        ? $"{failure.Message}; the API server does not know this resource: apply crds/network-attachment.yaml"
        : failure.Message;

    private sealed class CacheLoop(string name, Func<CancellationToken, Task> run) : IDaemonLoop
    {
        public string Name => name;

        public Task RunAsync(CancellationToken stopping) => run(stopping);
    }
}
