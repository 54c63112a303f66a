namespace MultiNet.Kubernetes;

/// <summary>The ResourceClaim that the scheduler has made for extended resources (<c>x.org/nic: 2</c>) which a driver serves by claims.</summary>
public sealed record PodExtendedResourceClaimStatus
{
    /// <summary>The ResourceClaim in the pod's namespace.</summary>
    public string ResourceClaimName { get => field ?? ""; init; }

    /// <summary>Which request of the claim stands for which resource of which container.</summary>
    public IReadOnlyList<ContainerExtendedResourceRequest> RequestMappings { get => field ?? []; init; }
}
