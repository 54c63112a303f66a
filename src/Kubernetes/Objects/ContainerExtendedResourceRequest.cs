namespace MultiNet.Kubernetes;

/// <summary>A request of a claim that stands for a container's extended resource.</summary>
public sealed record ContainerExtendedResourceRequest
{
    /// <summary>The container.</summary>
    public string ContainerName { get => field ?? ""; init; }

    /// <summary>The resource: <c>x.org/nic</c>.</summary>
    public string ResourceName { get => field ?? ""; init; }

    /// <summary>The request in the claim.</summary>
    public string RequestName { get => field ?? ""; init; }
}
