namespace MultiNet.Meta.NodeDaemon;

/// <summary>What the daemon answers, in the frame of a request. Fields that do not apply are absent.</summary>
internal sealed record DaemonAnswer
{
    /// <summary>Why the daemon cannot answer: ask the API server. Null where it can.</summary>
    public string? Unknown { get; init; }

    /// <summary>What is wrong with the request. Null where nothing is.</summary>
    public string? Refused { get; init; }

    /// <summary><c>pod</c>: the pod.</summary>
    public DaemonPod? Pod { get; init; }

    /// <summary><c>pod</c>: the definitions that are meant; <c>definitions</c>: all of them.</summary>
    public IReadOnlyList<DaemonDefinition>? Definitions { get; init; }

    /// <summary><c>pods</c>: all pods of the node.</summary>
    public IReadOnlyList<DaemonPod>? Pods { get; init; }

    /// <summary><c>attached</c>: the annotation is written.</summary>
    public bool Written { get; init; }

    /// <summary><c>attached</c>: the annotation is going to be written.</summary>
    public bool Queued { get; init; }

    /// <summary><c>attached</c>: the pod is gone, there is nothing to write to. Null where it is not.</summary>
    public string? Gone { get; init; }
}
