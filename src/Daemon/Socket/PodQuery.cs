using MultiNet.Daemon.Caches;
using MultiNet.Kubernetes;
using MultiNet.Meta.NodeDaemon;
using MultiNet.Networks;
using KubeDefinition = MultiNet.Kubernetes.NetworkAttachmentDefinition;
using KubePod = MultiNet.Kubernetes.Pod;

namespace MultiNet.Daemon.Socket;

/// <summary>Answers what a pod wants, from memory.</summary>
internal sealed class PodQuery(NodeCaches caches, TimeProvider time)
{
    /// <summary>How long a pod that is not there (yet) is waited for: the kubelet may hear of it a moment earlier than we do.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The pod with the definitions that it and the configuration name; <c>unknown</c> where it is not certain.</summary>
    public async Task<DaemonAnswer> PodAsync(DaemonRequest request, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.Namespace) || string.IsNullOrEmpty(request.Name))
            return new DaemonAnswer { Refused = "\"pod\" needs \"namespace\" and \"name\"" };
        var key = new ObjectKey(request.Namespace, request.Name);
        long started = time.GetTimestamp();
        KubePod? pod;
        while (true)
        {
            var next = caches.PodsPulse.Next;
            pod = Find(key, request.Uid, out string? reason);
            if (pod is not null)
                break;
            if (!caches.Pods.HasSynced)
                return NotSynced();
            var left = Patience - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
                return new DaemonAnswer { Unknown = reason };
            try
            {
                await next.WaitAsync(left, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Another look, and the end.
            }
        }
        if (!caches.Definitions.HasSynced)
            return NotSynced();
        return new DaemonAnswer { Pod = Of(pod), Definitions = DefinitionsOf(pod, request) };
    }

    /// <summary>All definitions.</summary>
    public DaemonAnswer Definitions()
    {
        if (!caches.Definitions.HasSynced)
            return NotSynced();
        var all = new List<DaemonDefinition>(caches.Definitions.Count);
        foreach (var definition in caches.Definitions.Objects)
            all.Add(Of(definition));
        return new DaemonAnswer { Definitions = all };
    }

    /// <summary>All pods of the node.</summary>
    public DaemonAnswer Pods()
    {
        if (!caches.Pods.HasSynced)
            return NotSynced();
        var all = new List<DaemonPod>(caches.Pods.Count);
        foreach (var pod in caches.Pods.Objects)
            all.Add(Of(pod));
        return new DaemonAnswer { Pods = all };
    }

    private static DaemonAnswer NotSynced() => new() { Unknown = "the caches are not complete yet" };

    private KubePod? Find(ObjectKey key, string? uid, out string? reason)
    {
        if (!caches.Pods.TryGet(key, out var pod))
        {
            reason = $"pod {key} is not among the pods of this node";
            return null;
        }
        // The kubelet names a static pod by another UID than the API server does its mirror.
        bool isStatic = pod.Metadata.Annotation(AnnotationKeys.ConfigSource) is { } source && source != "api";
        reason = string.IsNullOrEmpty(uid) || pod.Metadata.Uid == uid || isStatic ? null : $"pod {key} has the UID {pod.Metadata.Uid} here, not {uid}";
        return reason is null ? pod : null;
    }

    private List<DaemonDefinition> DefinitionsOf(KubePod pod, DaemonRequest request)
    {
        var wanted = new HashSet<ObjectKey>();
        // What is wrong with an annotation is for the caller to say.
        if (pod.Metadata.Annotation(AnnotationKeys.Networks) is { } networks)
        {
            foreach (var element in NetworkSelectionAnnotation.Parse(networks).Elements)
                Add(element, pod.Metadata.Namespace);
        }
        if (pod.Metadata.Annotation(AnnotationKeys.DefaultNetwork) is { } text && DefaultNetworkAnnotation.Parse(text).Element is { } replacement)
            Add(replacement, request.DefaultNetworkNamespace ?? pod.Metadata.Namespace);
        foreach (string name in request.Definitions ?? [])
        {
            int slash = name.IndexOf('/');
            if (slash > 0)
                wanted.Add(new ObjectKey(name[..slash], name[(slash + 1)..]));
        }
        var found = new List<DaemonDefinition>(wanted.Count);
        foreach (var key in wanted)
        {
            if (caches.Definitions.TryGet(key, out var definition))
                found.Add(Of(definition));
        }
        return found;

        void Add(NetworkSelectionElement element, string defaultNamespace) =>
            wanted.Add(new ObjectKey(element.Namespace.Length > 0 ? element.Namespace : defaultNamespace, element.Name));
    }

    private static DaemonPod Of(KubePod pod) => new()
    {
        Namespace = pod.Metadata.Namespace,
        Name = pod.Metadata.Name,
        Uid = pod.Metadata.Uid,
        Annotations = (Dictionary<string, string>?)pod.Metadata.Annotations,
    };

    private static DaemonDefinition Of(KubeDefinition definition) => new()
    {
        Namespace = definition.Metadata.Namespace,
        Name = definition.Metadata.Name,
        Annotations = (Dictionary<string, string>?)definition.Metadata.Annotations,
        Config = definition.Spec?.Config,
    };
}
