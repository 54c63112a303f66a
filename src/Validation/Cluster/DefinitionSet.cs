using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>Definitions that are given: those of files. Others may be in the cluster, and of pods nothing is known.</summary>
public sealed class DefinitionSet : IClusterKnowledge
{
    private readonly Dictionary<(string Namespace, string Name), NetworkAttachmentDefinition> _definitions = [];

    /// <summary>Takes definitions; of two of one name the first counts.</summary>
    public DefinitionSet(IEnumerable<NetworkAttachmentDefinition> definitions)
    {
        foreach (var definition in definitions)
            _definitions.TryAdd((definition.Namespace, definition.Name), definition);
    }

    /// <inheritdoc/>
    public bool KnowsDefinitions => _definitions.Count > 0;

    /// <inheritdoc/>
    public bool KnowsAllDefinitions => false;

    /// <inheritdoc/>
    public NetworkAttachmentDefinition? FindDefinition(string @namespace, string name) => _definitions.GetValueOrDefault((@namespace, name));

    /// <inheritdoc/>
    public IEnumerable<NetworkAttachmentDefinition> Definitions => _definitions.Values;

    /// <inheritdoc/>
    public bool KnowsPods => false;

    /// <inheritdoc/>
    public IEnumerable<HeldAttachment> AttachmentsOf(string network) => [];
}
