namespace MultiNet.Kubernetes;

/// <summary>The kinds that are used here.</summary>
public static class ResourceTypes
{
    /// <summary>Pods.</summary>
    public static ResourceType<Pod> Pods { get; } = new("v1", "pods", KubernetesJson.Default.Pod, KubernetesJson.Default.ObjectListPod);

    /// <summary>Namespaces.</summary>
    public static ResourceType<Namespace> Namespaces { get; } =
        new("v1", "namespaces", KubernetesJson.Default.Namespace, KubernetesJson.Default.ObjectListNamespace);

    /// <summary>Nodes.</summary>
    public static ResourceType<Node> Nodes { get; } = new("v1", "nodes", KubernetesJson.Default.Node, KubernetesJson.Default.ObjectListNode);

    /// <summary>Network attachment definitions.</summary>
    public static ResourceType<NetworkAttachmentDefinition> NetworkAttachmentDefinitions { get; } = new(
        "k8s.cni.cncf.io/v1", "network-attachment-definitions",
        KubernetesJson.Default.NetworkAttachmentDefinition, KubernetesJson.Default.ObjectListNetworkAttachmentDefinition);

    /// <summary>Events.</summary>
    public static ResourceType<Event> Events { get; } = new("events.k8s.io/v1", "events", KubernetesJson.Default.Event, KubernetesJson.Default.ObjectListEvent);

    /// <summary>Leases.</summary>
    public static ResourceType<Lease> Leases { get; } = new("coordination.k8s.io/v1", "leases", KubernetesJson.Default.Lease, KubernetesJson.Default.ObjectListLease);

    /// <summary>Secrets.</summary>
    public static ResourceType<Secret> Secrets { get; } = new("v1", "secrets", KubernetesJson.Default.Secret, KubernetesJson.Default.ObjectListSecret);

    /// <summary>Deployments.</summary>
    public static ResourceType<Workload> Deployments { get; } = Workloads("apps/v1", "deployments");

    /// <summary>Stateful sets.</summary>
    public static ResourceType<Workload> StatefulSets { get; } = Workloads("apps/v1", "statefulsets");

    /// <summary>Daemon sets.</summary>
    public static ResourceType<Workload> DaemonSets { get; } = Workloads("apps/v1", "daemonsets");

    /// <summary>Which webhooks are asked whether an object may be.</summary>
    public static ResourceType<WebhookConfiguration> ValidatingWebhookConfigurations { get; } = WebhookConfigurations("validatingwebhookconfigurations");

    /// <summary>Which webhooks may change an object.</summary>
    public static ResourceType<WebhookConfiguration> MutatingWebhookConfigurations { get; } = WebhookConfigurations("mutatingwebhookconfigurations");

    /// <summary>The versions of the group <c>resource.k8s.io</c> that are known here, the newest first; all have what is used in the same places.</summary>
    public static IReadOnlyList<string> ResourceVersions { get; } = ["v1", "v1beta2", "v1beta1"];

    /// <summary>Claims of devices.</summary>
    /// <param name="version">One of <see cref="ResourceVersions"/>.</param>
    public static ResourceType<ResourceClaim> ResourceClaims(string version) =>
        new($"resource.k8s.io/{version}", "resourceclaims", KubernetesJson.Default.ResourceClaim, KubernetesJson.Default.ObjectListResourceClaim);

    /// <summary>The devices of drivers.</summary>
    /// <param name="version">One of <see cref="ResourceVersions"/>.</param>
    public static ResourceType<ResourceSlice> ResourceSlices(string version) =>
        new($"resource.k8s.io/{version}", "resourceslices", KubernetesJson.Default.ResourceSlice, KubernetesJson.Default.ObjectListResourceSlice);

    /// <summary>Cron jobs.</summary>
    /// <param name="groupVersion"><c>batch/v1</c>, or of older servers <c>batch/v1beta1</c>.</param>
    public static ResourceType<Workload> CronJobs(string groupVersion) => Workloads(groupVersion, "cronjobs");

    private static ResourceType<Workload> Workloads(string groupVersion, string plural) =>
        new(groupVersion, plural, KubernetesJson.Default.Workload, KubernetesJson.Default.ObjectListWorkload);

    private static ResourceType<WebhookConfiguration> WebhookConfigurations(string plural) => new(
        "admissionregistration.k8s.io/v1", plural, KubernetesJson.Default.WebhookConfiguration, KubernetesJson.Default.ObjectListWebhookConfiguration);
}
