using MultiNet.Kubernetes;

namespace MultiNet.Webhook.Knowledge;

/// <summary>What <see cref="ClusterKnowledge"/> watches, and how.</summary>
internal sealed record ClusterKnowledgeOptions
{
    /// <summary>Where the default-network annotation looks for definitions.</summary>
    public string MultusNamespace { get; init; } = "kube-system";

    /// <summary>Are nodes watched, to know which devices they offer (MN-SR-007)? They must be allowed to be read.</summary>
    public bool Nodes { get; init; }

    /// <summary>Is the API server asked for the workloads that name a definition which is deleted (MN-DEL-002)? They must be allowed to be listed.</summary>
    public bool Workloads { get; init; }

    /// <summary>How long it may take to list them.</summary>
    public TimeSpan WorkloadPatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How watches deal with failures.</summary>
    public WatchTimeouts? Timeouts { get; init; }

    /// <summary>How long what was heard counts while the API server is out of reach.</summary>
    public TimeSpan Freshness { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the API server is asked about one definition that is not known.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Called for each pod that was read, which allocates more than is kept.</summary>
    public Action? PodRead { get; init; }

    /// <summary>Told of failures that are going to be tried again: <c>pods</c>, and what happened.</summary>
    public Action<string, Exception>? Failed { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
