namespace MultiNet.Meta.Sources;

/// <summary>What of a pod matters for its networks.</summary>
public sealed record Pod
{
    /// <summary><c>metadata.namespace</c>; <c>default</c> where a manifest names none.</summary>
    public required string Namespace { get; init; }

    /// <summary><c>metadata.name</c>.</summary>
    public required string Name { get; init; }

    /// <summary><c>metadata.uid</c>, or empty: manifests have none.</summary>
    public string Uid { get; init; } = "";

    /// <summary><c>metadata.annotations</c>.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>The pod as the API server has it; null where it came from a manifest. Asked for its containers and claims of devices only.</summary>
    public Kubernetes.Pod? Object { get; init; }

    /// <summary>Static pods have another UID at the API server than at the kubelet (<c>kubernetes.io/config.source</c> other than <c>api</c>).</summary>
    public bool IsStatic => Annotations.TryGetValue("kubernetes.io/config.source", out string? source) && source != "api";

    /// <summary>Where the pod was found, for messages: a file and line, or <c>API server</c>.</summary>
    public string Origin { get; init; } = "";
}
