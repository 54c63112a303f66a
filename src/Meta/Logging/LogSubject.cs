using MultiNet.Meta.Sources;

namespace MultiNet.Meta.Logging;

/// <summary>What a message is about.</summary>
public readonly record struct LogSubject
{
    /// <summary>The pod, or null.</summary>
    public PodReference? Pod { get; init; }

    /// <summary>The container's id, or null.</summary>
    public string? ContainerId { get; init; }

    /// <summary>The network, or null.</summary>
    public string? Network { get; init; }

    /// <summary>The interface, or null.</summary>
    public string? InterfaceName { get; init; }
}
