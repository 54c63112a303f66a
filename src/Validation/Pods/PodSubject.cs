using MultiNet.Cni;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>A pod with its annotation read, as rules look at it.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Selection">What it asks for.</param>
/// <param name="Options">What an operator says.</param>
/// <param name="Cluster">What is known of the cluster; null for nothing.</param>
internal sealed record PodSubject(PodUnderReview Pod, NetworkSelectionAnnotation Selection, ValidationOptions Options, IClusterKnowledge? Cluster)
{
    private readonly Dictionary<string, NetworkConfigList?> _configs = new(StringComparer.Ordinal);

    /// <summary>The definition that an element names; null where it is not known.</summary>
    public NetworkAttachmentDefinition? DefinitionOf(NetworkSelectionElement element) =>
        element.Name.Length == 0 ? null : Cluster?.FindDefinition(element.Namespace.Length == 0 ? Pod.Namespace : element.Namespace, element.Name);

    /// <summary>A definition's configuration, read once; null where it is on the nodes' disks, or cannot be read: that is told of the definition.</summary>
    public NetworkConfigList? ConfigOf(NetworkAttachmentDefinition definition)
    {
        if (_configs.TryGetValue(definition.QualifiedName, out var known))
            return known;
        NetworkConfigList? config = null;
        try
        {
            config = definition.ReadConfig();
        }
        catch (CniException)
        {
            // Whoever wrote the definition hears of it.
        }
        _configs[definition.QualifiedName] = config;
        return config;
    }

    /// <summary>The interface that an element gets.</summary>
    public static string InterfaceOf(NetworkSelectionElement element) => element.Interface.Length > 0 ? element.Interface : $"net{element.Index + 1}";
}
