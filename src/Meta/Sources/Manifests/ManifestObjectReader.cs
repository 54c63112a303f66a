namespace MultiNet.Meta.Sources.Manifests;

/// <summary>Takes pods and attachment definitions out of documents, lists included; whatever else there is becomes a warning.</summary>
internal sealed class ManifestObjectReader(List<ManifestObject> objects, List<string> warnings)
{
    private const string CoreVersion = "v1";
    private const string DefinitionVersion = "k8s.cni.cncf.io/v1";

    /// <summary>Reads one document.</summary>
    /// <exception cref="Cni.CniException">Code 6: what is there is no object of Kubernetes.</exception>
    public void Read(ManifestNode document)
    {
        // Nothing but comments between two separators.
        if (document.Kind == ManifestNodeKind.Null)
            return;
        if (document.Kind != ManifestNodeKind.Mapping)
            throw document.Position.Error($"a manifest must be a mapping with \"kind\" and \"metadata\", found {document.Describe()}");

        string kind = Text(document, "kind");
        string version = Text(document, "apiVersion");
        switch (kind, version)
        {
            case (ManifestObject.PodKind, CoreVersion):
            case (ManifestObject.DefinitionKind, DefinitionVersion):
                ReadObject(document, kind);
                break;
            case ("List" or "PodList", CoreVersion):
            case ("NetworkAttachmentDefinitionList", DefinitionVersion):
                ReadItems(document, kind, version);
                break;
            case ("", _):
                warnings.Add($"{document.Position}: ignored: it has no \"kind\"");
                break;
            case (ManifestObject.PodKind or ManifestObject.DefinitionKind, _):
                warnings.Add($"{document.Position}: ignored: {kind} of apiVersion \"{version}\", expected " +
                    $"\"{(kind == ManifestObject.PodKind ? CoreVersion : DefinitionVersion)}\"");
                break;
            default:
                warnings.Add($"{document.Position}: ignored: {kind}");
                break;
        }
    }

    private void ReadItems(ManifestNode list, string kind, string version)
    {
        var items = list.Find("items");
        if (items is null || items.Kind == ManifestNodeKind.Null)
            return;
        if (items.Kind != ManifestNodeKind.Sequence)
            throw items.Position.Error($"items of a {kind} must be a list, found {items.Describe()}");
        foreach (var item in items.Items)
        {
            // The items of a typed list, as the API server prints them, may leave out what the list has said.
            if (kind != "List" && item.Kind == ManifestNodeKind.Mapping && item.Find("kind") is null && version.Length > 0)
                ReadUntyped(item, kind[..^"List".Length], version);
            else if (item.Kind == ManifestNodeKind.Mapping && Text(item, "kind").EndsWith("List", StringComparison.Ordinal))
                throw item.Position.Error("a list within a list");
            else
                Read(item);
        }
    }

    private void ReadUntyped(ManifestNode item, string kind, string version)
    {
        item.Add("apiVersion", ManifestNode.Scalar(ManifestNodeKind.String, version, item.Position));
        item.Add("kind", ManifestNode.Scalar(ManifestNodeKind.String, kind, item.Position));
        ReadObject(item, kind);
    }

    private void ReadObject(ManifestNode root, string kind)
    {
        var metadata = root.Find("metadata");
        if (metadata is null || metadata.Kind != ManifestNodeKind.Mapping)
            throw (metadata ?? root).Position.Error($"{kind}: metadata must be a mapping with a name, found {metadata?.Describe() ?? "none"}");
        string name = Text(metadata, "name");
        if (name.Length == 0)
        {
            throw metadata.Position.Error(
                $"{kind}: metadata.name is missing",
                metadata.Find("generateName") is null ? "" : "generateName needs an API server that makes up the name");
        }
        string @namespace = Text(metadata, "namespace");
        if (@namespace.Length == 0)
            @namespace = "default";
        CheckName(metadata, "name", name, 253, dots: true);
        CheckName(metadata, "namespace", @namespace, 63, dots: false);
        objects.Add(new ManifestObject(kind, @namespace, name, root));
    }

    // RFC 1123 as Kubernetes has it; the names end up in paths and arguments.
    private static void CheckName(ManifestNode metadata, string key, string name, int longest, bool dots)
    {
        bool valid = name.Length <= longest;
        for (int i = 0; valid && i < name.Length; i++)
        {
            bool edge = i == 0 || i == name.Length - 1;
            valid = char.IsAsciiDigit(name[i]) || char.IsAsciiLetterLower(name[i]) || (!edge && (name[i] == '-' || (dots && name[i] == '.')));
        }
        if (!valid)
        {
            throw metadata.Find(key)!.Position.Error(
                $"metadata.{key} \"{(name.Length > 80 ? name[..80] + "..." : name)}\" is no valid name",
                $"allowed are at most {longest} lower case letters, digits, '-'{(dots ? " and '.'" : "")}, with a letter or a digit at both ends");
        }
    }

    private static string Text(ManifestNode mapping, string key)
    {
        var node = mapping.Find(key);
        return node?.Kind switch
        {
            null or ManifestNodeKind.Null => "",
            ManifestNodeKind.String => node.Text,
            _ => throw node.Position.Error($"{key} must be a string, found {node.Describe()}", "quote it"),
        };
    }
}
