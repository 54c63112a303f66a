using MultiNet.Kubernetes;
using MultiNet.Networks;
using KubeDefinition = MultiNet.Kubernetes.NetworkAttachmentDefinition;
using KubeNamespace = MultiNet.Kubernetes.Namespace;
using KubePod = MultiNet.Kubernetes.Pod;

namespace MultiNet.Daemon.Caches;

/// <summary>What is kept of objects: without what nobody asks for, which is most of them.</summary>
internal static class KeptObjects
{
    private static readonly NamePool s_names = new();

    /// <summary>A pod with its names, UID and the annotations of networks.</summary>
    public static KubePod Of(KubePod pod) => pod with { Metadata = Kept(pod.Metadata) };

    /// <summary>A definition with its names, UID, the annotations of networks, and its configuration.</summary>
    public static KubeDefinition Of(KubeDefinition definition) => definition with { Metadata = Kept(definition.Metadata) };

    /// <summary>A namespace: that it is there.</summary>
    public static KubeNamespace Of(KubeNamespace space) => space with { Metadata = Kept(space.Metadata) };

    /// <summary>Does an annotation say something about networks, or where a pod came from?</summary>
    public static bool Matters(string annotation) =>
        annotation.StartsWith("k8s.v1.cni.cncf.io/", StringComparison.Ordinal)
        || annotation.StartsWith("v1.multus-cni.io/", StringComparison.Ordinal)
        || annotation.StartsWith("multinet", StringComparison.Ordinal)
        || annotation is AnnotationKeys.ConfigSource or AnnotationKeys.MirrorPod;

    private static ObjectMeta Kept(ObjectMeta meta) => meta with
    {
        // Few different ones, on many objects.
        Namespace = s_names.Shared(meta.Namespace),
        Labels = null,
        Annotations = Kept(meta.Annotations),
    };

    private static Dictionary<string, string>? Kept(IReadOnlyDictionary<string, string>? annotations)
    {
        Dictionary<string, string>? kept = null;
        if (annotations is null)
            return null;
        foreach (var (key, value) in annotations)
        {
            if (Matters(key))
                (kept ??= new Dictionary<string, string>(1, StringComparer.Ordinal))[s_names.Shared(key)] = value;
        }
        return kept;
    }
}
