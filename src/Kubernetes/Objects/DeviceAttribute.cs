namespace MultiNet.Kubernetes;

/// <summary>The value of an attribute, as far as it is used here.</summary>
public sealed record DeviceAttribute
{
    /// <summary>The string; null where it is a number, a truth value or a version.</summary>
    public string? String { get; init; }
}
