namespace MultiNet.Kubernetes;

/// <summary>What a pod asks for, as far as it is used here.</summary>
public sealed record PodSpec
{
    /// <summary>Its node; empty before it has one.</summary>
    public string NodeName { get => field ?? ""; init; }

    /// <summary>It has the node's network and no attachments.</summary>
    public bool HostNetwork { get; init; }
}
