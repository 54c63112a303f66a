using MultiNet.Kubernetes;
using Definition = MultiNet.Networks.NetworkAttachmentDefinition;

namespace MultiNet.Meta.Sources.Cluster;

/// <summary>Objects of the API server as what is planned from.</summary>
public static class ClusterObjects
{
    private static readonly Dictionary<string, string> s_none = [];

    /// <summary>A pod.</summary>
    /// <param name="pod">The object.</param>
    /// <param name="origin">Where it was found, for messages.</param>
    public static Pod ToPod(Kubernetes.Pod pod, string origin) => new()
    {
        Namespace = pod.Metadata.Namespace,
        Name = pod.Metadata.Name,
        Uid = pod.Metadata.Uid,
        Annotations = pod.Metadata.Annotations ?? s_none,
        Origin = origin,
        Object = pod,
    };

    /// <summary>A definition.</summary>
    public static Definition ToDefinition(NetworkAttachmentDefinition definition) => new()
    {
        Namespace = definition.Metadata.Namespace,
        Name = definition.Metadata.Name,
        Annotations = definition.Metadata.Annotations ?? s_none,
        Config = definition.Spec?.Config,
    };
}
