namespace MultiNet.Kubernetes;

/// <summary>A secret (v1). What it holds belongs into no log and no error.</summary>
public sealed record Secret : IKubernetesObject
{
    /// <summary><c>v1</c>.</summary>
    public string ApiVersion { get => field ?? "v1"; init; }

    /// <summary><c>Secret</c>.</summary>
    public string Kind { get => field ?? "Secret"; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>What it is for: <c>Opaque</c>; the server takes that where nothing is said.</summary>
    public string? Type { get; init; }

    /// <summary>The values, of any bytes.</summary>
    public IReadOnlyDictionary<string, byte[]>? Data { get; init; }

    /// <summary>A value, or empty where there is none.</summary>
    public ReadOnlySpan<byte> Value(string key) => Data is { } all && all.TryGetValue(key, out byte[]? value) ? value : [];

    /// <summary>Without the values.</summary>
    public override string ToString() => $"Secret {ObjectKey.Of(this)}";
}
