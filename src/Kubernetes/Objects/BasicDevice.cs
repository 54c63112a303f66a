namespace MultiNet.Kubernetes;

/// <summary>What v1beta1 puts around a device's attributes.</summary>
public sealed record BasicDevice
{
    /// <summary>What the driver tells of it.</summary>
    public IReadOnlyDictionary<string, DeviceAttribute>? Attributes { get; init; }
}
