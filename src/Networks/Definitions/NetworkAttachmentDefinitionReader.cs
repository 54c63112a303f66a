using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Networks;

/// <summary>Reads a <see cref="NetworkAttachmentDefinition"/> from the JSON of its API object.</summary>
public static class NetworkAttachmentDefinitionReader
{
    /// <summary>Is the object one of ours by <c>apiVersion</c> and <c>kind</c>?</summary>
    public static bool IsDefinition(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return false;
        return Is(element, "apiVersion", NetworkAttachmentDefinition.ApiVersion) && Is(element, "kind", NetworkAttachmentDefinition.Kind);
    }

    /// <summary>Reads the object.</summary>
    /// <param name="element">The object as the API server or a manifest has it.</param>
    /// <param name="what">What it is, for errors: a file, or <c>network-attachment-definition default/net1</c>.</param>
    /// <param name="defaultNamespace">The namespace where the object names none, as manifests may.</param>
    /// <exception cref="CniException">Code 7: another kind or version, no name. Code 6: a key of another type.</exception>
    public static NetworkAttachmentDefinition Read(JsonElement element, string what, string defaultNamespace = "default")
    {
        var fields = JsonFields.From(element, what);
        Require(fields, "apiVersion", NetworkAttachmentDefinition.ApiVersion);
        Require(fields, "kind", NetworkAttachmentDefinition.Kind);
        var metadata = fields.Object("metadata");
        string name = metadata.String("name");
        if (!KubernetesName.IsSubdomain(name))
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"{what}: metadata.name {Quoted.Text(name)} is no name of an object",
                KubernetesName.SubdomainRule);
        }
        string ns = metadata.String("namespace", defaultNamespace);
        ns = ns.Length == 0 ? defaultNamespace : ns;
        if (!KubernetesName.IsLabel(ns))
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"{what}: metadata.namespace {Quoted.Text(ns)} is no namespace",
                KubernetesName.LabelRule);
        }
        return new NetworkAttachmentDefinition
        {
            Namespace = ns,
            Name = name,
            Annotations = ReadAnnotations(metadata.Object("annotations")),
            Config = fields.Object("spec").String("config"),
        };
    }

    private static Dictionary<string, string> ReadAnnotations(JsonFields fields)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!fields.Exists)
            return annotations;
        foreach (var annotation in fields.Element.EnumerateObject())
        {
            // A key that is not valid Unicode cannot be one that is looked for.
            string key;
            try
            {
                key = annotation.Name;
            }
            catch (InvalidOperationException)
            {
                continue;
            }
            annotations[key] = JsonFields.AsString(annotation.Value, fields.PathOf(key));
        }
        return annotations;
    }

    private static void Require(JsonFields fields, string key, string expected)
    {
        string found = fields.String(key);
        if (found != expected)
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"{fields.PathOf(key)}: expected \"{expected}\", found {Quoted.Text(found)}");
        }
    }

    private static bool Is(JsonElement element, string key, string expected) =>
        element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(expected);
}
