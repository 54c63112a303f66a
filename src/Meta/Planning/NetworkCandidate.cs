using MultiNet.Cni;
using MultiNet.Networks;

namespace MultiNet.Meta.Planning;

/// <summary>A network that is to be attached, before names and arguments are decided.</summary>
internal sealed record NetworkCandidate
{
    /// <summary>The name for people and for network-status.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The configuration to run.</summary>
    public required NetworkConfigList Config { get; init; }

    /// <summary>Where the configuration came from.</summary>
    public required string Origin { get; init; }

    /// <summary>The attachment definition, where the network is one.</summary>
    public NetworkAttachmentDefinition? Definition { get; init; }

    /// <summary>The resource of which it needs a device, or empty.</summary>
    public string Resource => Definition?.ResourceName ?? "";

    /// <summary>The element of the annotation that asked for it, or null for a configured network.</summary>
    public NetworkSelectionElement? Selection { get; init; }

    /// <summary>What <see cref="Selection"/> asks for, as <see cref="Networks.SelectionRequest"/> writes it; empty for a configured network.</summary>
    public string Asked { get; init; } = "";

    /// <summary>Is it one of the networks annotation, which may change while the pod runs?</summary>
    public bool IsSelected { get; init; }
}
