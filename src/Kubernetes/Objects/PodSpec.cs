namespace MultiNet.Kubernetes;

/// <summary>What a pod asks for, as far as it is used here.</summary>
public sealed record PodSpec
{
    /// <summary>Its node; empty before it has one.</summary>
    public string NodeName { get => field ?? ""; init; }

    /// <summary>It has the node's network and no attachments.</summary>
    public bool HostNetwork { get; init; }

    /// <summary>Containers that run before the others, or beside them (<c>restartPolicy: Always</c>).</summary>
    public IReadOnlyList<PodContainer> InitContainers { get => field ?? []; init; }

    /// <summary>Its containers.</summary>
    public IReadOnlyList<PodContainer> Containers { get => field ?? []; init; }

    /// <summary>Devices that it asks for by claims (dynamic resource allocation).</summary>
    public IReadOnlyList<PodResourceClaim> ResourceClaims { get => field ?? []; init; }
}
