namespace MultiNet.Kubernetes;

/// <summary>The kinds that are used here.</summary>
public static class ResourceTypes
{
    /// <summary>Pods.</summary>
    public static ResourceType<Pod> Pods { get; } = new("v1", "pods", KubernetesJson.Default.Pod, KubernetesJson.Default.ObjectListPod);

    /// <summary>Namespaces.</summary>
    public static ResourceType<Namespace> Namespaces { get; } =
        new("v1", "namespaces", KubernetesJson.Default.Namespace, KubernetesJson.Default.ObjectListNamespace);

    /// <summary>Network attachment definitions.</summary>
    public static ResourceType<NetworkAttachmentDefinition> NetworkAttachmentDefinitions { get; } = new(
        "k8s.cni.cncf.io/v1", "network-attachment-definitions",
        KubernetesJson.Default.NetworkAttachmentDefinition, KubernetesJson.Default.ObjectListNetworkAttachmentDefinition);

    /// <summary>Events.</summary>
    public static ResourceType<Event> Events { get; } = new("events.k8s.io/v1", "events", KubernetesJson.Default.Event, KubernetesJson.Default.ObjectListEvent);
}
