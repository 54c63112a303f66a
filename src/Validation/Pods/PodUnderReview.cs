using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>What the rules look at of a pod, or of the template in a Deployment, StatefulSet, DaemonSet, Job or CronJob.</summary>
public sealed record PodUnderReview
{
    /// <summary>The namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The pod's name, or the workload's; empty where only <c>generateName</c> is there.</summary>
    public string Name { get; init; } = "";

    /// <summary>The object's metadata as a path: <c>metadata</c>, or <c>spec.template.metadata</c> for a template.</summary>
    public string MetadataPath { get; init; } = "metadata";

    /// <summary>The annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>How many pods are made of it at the same time: 1 for a pod; <see cref="int.MaxValue"/> for one on each node.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary><c>spec.hostNetwork</c>: the runtime calls no plugin.</summary>
    public bool HostNetwork { get; init; }

    /// <summary><c>spec.nodeSelector</c>.</summary>
    public IReadOnlyDictionary<string, string> NodeSelector { get; init; } = new Dictionary<string, string>();

    /// <summary>The containers' <c>ports</c> that have a <c>hostPort</c>.</summary>
    public IReadOnlyList<(int HostPort, string Protocol)> HostPorts { get; init; } = [];

    /// <summary>What all containers together ask for, by resource.</summary>
    public IReadOnlyDictionary<string, long> Resources { get; init; } = new Dictionary<string, long>();

    /// <summary>Does it claim devices through <c>resourceClaims</c> (DRA)? Then requests say nothing.</summary>
    public bool HasResourceClaims { get; init; }

    /// <summary>Has it a node already?</summary>
    public bool IsScheduled { get; init; }

    /// <summary>
    /// Why nothing is said of it: it mirrors a static pod, or is for nodes with Windows or of virtual-kubelet, which run no plugin of ours.
    /// Empty for all others.
    /// </summary>
    public string PassedOver { get; init; } = "";

    /// <summary>An annotation; empty where it is absent.</summary>
    public string Annotation(string key) => Annotations.GetValueOrDefault(key) ?? "";

    /// <summary>The path of an annotation.</summary>
    public string PathOf(string annotation) => $"{MetadataPath}.annotations[{annotation}]";

    /// <summary>Does it ask for networks?</summary>
    public bool AsksForNetworks => Annotation(AnnotationKeys.Networks).Length > 0 || Annotation(AnnotationKeys.DefaultNetwork).Length > 0;
}
