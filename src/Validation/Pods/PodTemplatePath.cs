namespace MultiNet.Validation;

/// <summary>Where in an object pods are described: the pod itself, or a workload's template.</summary>
/// <param name="Keys">The keys that lead to what has <c>metadata</c> and <c>spec</c> of a pod; none for a pod.</param>
/// <param name="Replicas">The keys that lead to how many pods are made at the same time; none where the object does not say.</param>
/// <param name="ImpliedReplicas">How many where it does not say.</param>
public sealed record PodTemplatePath(IReadOnlyList<string> Keys, IReadOnlyList<string> Replicas, int ImpliedReplicas)
{
    private static readonly PodTemplatePath s_pod = new([], [], 1);
    private static readonly PodTemplatePath s_replicated = new(["spec", "template"], ["spec", "replicas"], 1);
    private static readonly PodTemplatePath s_everywhere = new(["spec", "template"], [], int.MaxValue);
    private static readonly PodTemplatePath s_job = new(["spec", "template"], ["spec", "parallelism"], 1);
    private static readonly PodTemplatePath s_timed = new(["spec", "jobTemplate", "spec", "template"], ["spec", "jobTemplate", "spec", "parallelism"], 1);

    /// <summary>The path in an object of a kind; null for a kind that describes no pods.</summary>
    public static PodTemplatePath? Of(string kind) => kind switch
    {
        "Pod" => s_pod,
        "Deployment" or "StatefulSet" or "ReplicaSet" or "ReplicationController" => s_replicated,
        "DaemonSet" => s_everywhere,
        "Job" => s_job,
        "CronJob" => s_timed,
        _ => null,
    };

    /// <summary>The pods' metadata: <c>spec.template.metadata</c>.</summary>
    public string MetadataPath => string.Join('.', [.. Keys, "metadata"]);
}
