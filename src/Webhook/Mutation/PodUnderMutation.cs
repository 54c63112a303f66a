using System.Text.Json;
using MultiNet.Networks;
using MultiNet.Validation;

namespace MultiNet.Webhook.Mutation;

/// <summary>A pod, and what is known about the networks that it asks for.</summary>
/// <param name="Pod">The object.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Networks">The annotation, as it is going to be.</param>
/// <param name="DefaultNetwork">The annotation of the default network; empty for none.</param>
/// <param name="Cluster">The definitions; null where nothing is known.</param>
/// <param name="Options">What is wanted.</param>
internal sealed record PodUnderMutation(JsonElement Pod, string Namespace, string Networks, string DefaultNetwork, IClusterKnowledge? Cluster, MutationOptions Options)
{
    /// <summary>The definitions of all attachments, in their order, each as often as it is asked for; without those that are not known.</summary>
    public IReadOnlyList<NetworkAttachmentDefinition> Definitions()
    {
        var definitions = new List<NetworkAttachmentDefinition>();
        if (Cluster is not { KnowsDefinitions: true } cluster)
            return definitions;
        if (DefaultNetworkAnnotation.Parse(DefaultNetwork) is { IsValid: true, Element: { } element })
            Add(element, Options.MultusNamespace);
        var selection = NetworkSelectionAnnotation.Parse(Networks, Options.PodInterface);
        foreach (var selected in selection.IsValid ? selection.Elements : [])
            Add(selected, Namespace);
        return definitions;

        void Add(NetworkSelectionElement wanted, string fallback)
        {
            if (cluster.FindDefinition(wanted.Namespace.Length > 0 ? wanted.Namespace : fallback, wanted.Name) is { } definition)
                definitions.Add(definition);
        }
    }
}
