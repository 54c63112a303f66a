namespace MultiNet.Kubernetes;

/// <summary>What a list says of itself (meta/v1 ListMeta).</summary>
public sealed record ListMeta
{
    /// <summary>The version of the whole.</summary>
    public string ResourceVersion { get => field ?? ""; init; }

    /// <summary>What to ask for the next page with; empty on the last one.</summary>
    public string Continue { get => field ?? ""; init; }
}
