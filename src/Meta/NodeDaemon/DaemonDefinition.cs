using MultiNet.Networks;

namespace MultiNet.Meta.NodeDaemon;

/// <summary>An attachment definition as the daemon has it.</summary>
internal sealed record DaemonDefinition
{
    /// <summary>The namespace.</summary>
    public string Namespace { get => field ?? ""; init; }

    /// <summary>The name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The annotations that matter for networks.</summary>
    public Dictionary<string, string>? Annotations { get; init; }

    /// <summary><c>spec.config</c>; null or empty where the node has it in a file.</summary>
    public string? Config { get; init; }

    /// <summary>The definition as sources give it.</summary>
    public NetworkAttachmentDefinition ToDefinition() => new()
    {
        Namespace = Namespace,
        Name = Name,
        Annotations = Annotations ?? [],
        Config = Config,
    };
}
