namespace MultiNet.Kubernetes;

/// <summary>An object that another one speaks of (v1 ObjectReference), as far as it is used here.</summary>
public sealed record ObjectReference
{
    /// <summary><c>v1</c>.</summary>
    public string ApiVersion { get => field ?? ""; init; }

    /// <summary><c>Pod</c>.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>Its namespace.</summary>
    public string Namespace { get => field ?? ""; init; }

    /// <summary>Its name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Its UID; null where it is not known.</summary>
    public string? Uid { get; init; }
}
