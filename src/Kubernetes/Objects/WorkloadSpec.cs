namespace MultiNet.Kubernetes;

/// <summary>What a workload is to make, as far as it is used here.</summary>
public sealed record WorkloadSpec
{
    /// <summary>The template of the pods; null for a CronJob.</summary>
    public PodTemplate? Template { get; init; }

    /// <summary>The template of the jobs of a CronJob; null for all else.</summary>
    public Workload? JobTemplate { get; init; }
}
