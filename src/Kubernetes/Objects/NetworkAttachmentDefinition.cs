namespace MultiNet.Kubernetes;

/// <summary>A NetworkAttachmentDefinition (k8s.cni.cncf.io/v1) as the API server has it.</summary>
public sealed record NetworkAttachmentDefinition : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>The definition itself; null where it has none.</summary>
    public NetworkAttachmentDefinitionSpec? Spec { get; init; }
}
