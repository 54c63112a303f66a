namespace MultiNet.Kubernetes;

/// <summary>A device of a slice.</summary>
public sealed record SliceDevice
{
    /// <summary>The name, unique in the pool.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>What the driver tells of it (v1, v1beta2).</summary>
    public IReadOnlyDictionary<string, DeviceAttribute>? Attributes { get; init; }

    /// <summary>The same in v1beta1; else null.</summary>
    public BasicDevice? Basic { get; init; }

    /// <summary>The value of an attribute that is a string, or null.</summary>
    public string? Attribute(string name) =>
        (Attributes ?? Basic?.Attributes) is { } all && all.TryGetValue(name, out var value) ? value.String : null;
}
