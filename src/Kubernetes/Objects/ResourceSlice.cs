namespace MultiNet.Kubernetes;

/// <summary>A ResourceSlice (resource.k8s.io): some of the devices of a driver's pool.</summary>
public sealed record ResourceSlice : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>The devices.</summary>
    public ResourceSliceSpec Spec { get => field ?? new(); init; }
}
