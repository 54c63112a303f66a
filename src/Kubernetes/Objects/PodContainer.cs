namespace MultiNet.Kubernetes;

/// <summary>A container of a pod, as far as it is used here.</summary>
public sealed record PodContainer
{
    /// <summary>The name, unique in the pod.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary><c>Always</c> for an init container that goes on beside the others; else empty.</summary>
    public string RestartPolicy { get => field ?? ""; init; }
}
