using System.Text.Json;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>Takes a NetworkAttachmentDefinition out of an object of the API. What has another type than the API gives it is passed over.</summary>
public static class DefinitionReader
{
    /// <summary>Reads a definition.</summary>
    /// <param name="definition">The object.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The definition; null where its configuration is no text, which the API's own schema refuses.</returns>
    public static NetworkAttachmentDefinition? Read(JsonElement definition, string @namespace, string name)
    {
        var config = PodReader.Member(PodReader.Member(definition, "spec"), "config");
        string? text = PodReader.Text(config);
        if (text is null && config.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
            return null;
        return new NetworkAttachmentDefinition
        {
            Namespace = @namespace, Name = name, Config = text, Annotations = PodReader.Texts(PodReader.Member(PodReader.Member(definition, "metadata"), "annotations")),
        };
    }
}
