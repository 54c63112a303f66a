namespace MultiNet.Kubernetes;

/// <summary>The pool that a slice is part of.</summary>
public sealed record ResourcePool
{
    /// <summary>The name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Slices of an older generation are about to be deleted and say nothing any more.</summary>
    public long Generation { get; init; }
}
