using System.Text;
using System.Text.Json;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>A change of a definition that pods use.</summary>
/// <param name="Old">The definition as it stands.</param>
/// <param name="Definition">As it is to be.</param>
/// <param name="Held">What pods hold on the network.</param>
internal sealed record DefinitionUpdate(NetworkAttachmentDefinition Old, NetworkAttachmentDefinition Definition, IReadOnlyList<HeldAttachment> Held)
{
    /// <summary>The pods.</summary>
    public PodNames Pods { get; } = PodNames.Of(Held);

    /// <summary>The change; null where no pod uses the network.</summary>
    public static DefinitionUpdate? Of(NetworkAttachmentDefinition old, NetworkAttachmentDefinition definition, IClusterKnowledge cluster)
    {
        IReadOnlyList<HeldAttachment> held = [.. cluster.AttachmentsOf(definition.QualifiedName)];
        return held.Count == 0 ? null : new DefinitionUpdate(old, definition, held);
    }

    /// <summary>Is it another configuration, and not only written otherwise?</summary>
    public bool ChangesConfig
    {
        get
        {
            if ((Old.Config ?? "").Trim() == (Definition.Config ?? "").Trim())
                return false;
            try
            {
                using var before = JsonDocument.Parse(Old.Config ?? "");
                using var after = JsonDocument.Parse(Definition.Config ?? "");
                return !JsonElement.DeepEquals(before.RootElement, after.RootElement);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                return true;
            }
        }
    }

    /// <summary>A definition's configuration, as rules look at it; null where there is none, or it is no object of JSON.</summary>
    public static DefinitionSubject? Read(NetworkAttachmentDefinition definition) =>
        definition.HasConfig && LocatedValue.Parse(Encoding.UTF8.GetBytes(definition.Config!), new ProblemList(), "") is { Kind: JsonValueKind.Object } root
            ? new DefinitionSubject(definition, root, ValidationOptions.Default, null) : null;
}
