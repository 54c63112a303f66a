namespace MultiNet.Meta.NodeDaemon;

/// <summary>What became of one attachment, for metrics and events.</summary>
internal sealed record DaemonAttachment
{
    /// <summary>The network: <c>namespace/definition</c>, or the name of a configuration.</summary>
    public string Network { get => field ?? ""; init; }

    /// <summary>The interface in the pod.</summary>
    public string Interface { get => field ?? ""; init; }

    /// <summary>Its addresses, for people.</summary>
    public IReadOnlyList<string> Addresses { get => field ?? []; init; }

    /// <summary>The types of its plugins: <c>bridge</c>, <c>host-local</c>.</summary>
    public IReadOnlyList<string> Plugins { get => field ?? []; init; }

    /// <summary>How long it took.</summary>
    public double Milliseconds { get; init; }

    /// <summary>Why it failed, or could not be released; empty where all is well.</summary>
    public string Error { get => field ?? ""; init; }
}
