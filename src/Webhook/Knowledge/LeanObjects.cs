using MultiNet.Kubernetes;
using MultiNet.Networks;

namespace MultiNet.Webhook.Knowledge;

/// <summary>What is kept of objects: names, identity and version by which changes are told, and what rules look at.</summary>
/// <param name="names">Keeps names that many objects have once.</param>
internal sealed class LeanObjects(NamePool names)
{
    private static readonly PodSpec s_noSpec = new();
    private static readonly PodStatus s_noStatus = new();

    /// <summary>A pod: nothing else, for what it holds is in the index.</summary>
    public Pod Of(Pod pod) => new() { Metadata = Kept(pod.Metadata), Spec = s_noSpec, Status = s_noStatus };

    /// <summary>A definition with its configuration and the annotations of networks.</summary>
    public Kubernetes.NetworkAttachmentDefinition Of(Kubernetes.NetworkAttachmentDefinition definition) => definition with
    {
        Metadata = Kept(definition.Metadata) with { Annotations = Kept(definition.Metadata.Annotations), DeletionTimestamp = definition.Metadata.DeletionTimestamp },
    };

    /// <summary>A namespace with its labels and the annotations of networks.</summary>
    public Namespace Of(Namespace space) => new()
    {
        Metadata = Kept(space.Metadata) with { Annotations = Kept(space.Metadata.Annotations), Labels = space.Metadata.Labels, DeletionTimestamp = space.Metadata.DeletionTimestamp },
    };

    private ObjectMeta Kept(ObjectMeta meta) => new()
    {
        Name = meta.Name, Namespace = names.Shared(meta.Namespace), Uid = meta.Uid, ResourceVersion = meta.ResourceVersion,
    };

    private Dictionary<string, string> Kept(IReadOnlyDictionary<string, string>? annotations)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in annotations ?? new Dictionary<string, string>())
        {
            if (key is AnnotationKeys.ResourceName or AnnotationKeys.NodeSelector || key.StartsWith("multinet.io/", StringComparison.Ordinal))
                kept[names.Shared(key)] = value;
        }
        return kept;
    }
}
