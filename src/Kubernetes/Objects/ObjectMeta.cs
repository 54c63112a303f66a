namespace MultiNet.Kubernetes;

/// <summary>What every object has (meta/v1 ObjectMeta), as far as it is used here. Objects are changed by patches, so nothing else is lost.</summary>
public sealed record ObjectMeta
{
    /// <summary>The name, unique in its namespace.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The namespace; empty for what has none.</summary>
    public string Namespace { get => field ?? ""; init; }

    /// <summary>The identity: another one of the same name has another.</summary>
    public string Uid { get => field ?? ""; init; }

    /// <summary>The version, opaque.</summary>
    public string ResourceVersion { get => field ?? ""; init; }

    /// <summary>Since when it is being deleted; null where it is not.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary>Annotations.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Labels.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>The value of an annotation, or null.</summary>
    public string? Annotation(string key) => Annotations is { } all && all.TryGetValue(key, out string? value) ? value : null;
}
