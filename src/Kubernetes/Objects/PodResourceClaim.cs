namespace MultiNet.Kubernetes;

/// <summary>A claim in a pod's spec: one that is there, or one that is made for the pod from a template.</summary>
public sealed record PodResourceClaim
{
    /// <summary>The name within the pod.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The ResourceClaim in the pod's namespace; empty where it is made from a template: then the status names it.</summary>
    public string ResourceClaimName { get => field ?? ""; init; }
}
