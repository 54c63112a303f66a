namespace MultiNet.Kubernetes;

/// <summary>What makes pods by a template: a Deployment, StatefulSet, DaemonSet or CronJob, as far as it is used here.</summary>
public sealed record Workload : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>What is wanted.</summary>
    public WorkloadSpec Spec { get => field ?? new(); init; }

    /// <summary>The metadata of the pods that it makes; null where it has no template.</summary>
    public ObjectMeta? PodMetadata => (Spec.Template ?? Spec.JobTemplate?.Spec.Template)?.Metadata;
}
