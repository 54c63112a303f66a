using MultiNet.Meta.Sources;

namespace MultiNet.Meta.NodeDaemon;

/// <summary>A pod as the daemon has it.</summary>
internal sealed record DaemonPod
{
    /// <summary>The namespace.</summary>
    public string Namespace { get => field ?? ""; init; }

    /// <summary>The name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary><c>metadata.uid</c>.</summary>
    public string Uid { get => field ?? ""; init; }

    /// <summary>The annotations that matter for networks.</summary>
    public Dictionary<string, string>? Annotations { get; init; }

    /// <summary>The pod as sources give it.</summary>
    public Pod ToPod(string origin) => new()
    {
        Namespace = Namespace,
        Name = Name,
        Uid = Uid,
        Annotations = Annotations ?? [],
        Origin = origin,
    };
}
