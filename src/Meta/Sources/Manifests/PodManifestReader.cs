namespace MultiNet.Meta.Sources.Manifests;

/// <summary>Reads of a pod's manifest what matters for its networks.</summary>
internal static class PodManifestReader
{
    /// <summary>Reads a pod.</summary>
    /// <exception cref="Cni.CniException">Code 6: an annotation is no string.</exception>
    public static Pod Read(ManifestObject pod)
    {
        var metadata = pod.Root.Find("metadata")!;
        return new Pod
        {
            Namespace = pod.Namespace,
            Name = pod.Name,
            Uid = metadata.Find("uid") is { Kind: ManifestNodeKind.String } uid ? uid.Text : "",
            Annotations = Annotations(pod, metadata.Find("annotations")),
            Origin = pod.Origin,
        };
    }

    private static Dictionary<string, string> Annotations(ManifestObject pod, ManifestNode? node)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        if (node is null || node.Kind == ManifestNodeKind.Null)
            return annotations;
        if (node.Kind != ManifestNodeKind.Mapping)
            throw node.Position.Error($"{pod}: metadata.annotations must be a mapping, found {node.Describe()}");
        foreach (var (key, value) in node.Members)
        {
            if (value.Kind != ManifestNodeKind.String)
            {
                throw value.Position.Error(
                    $"{pod}: the annotation {key} must be a string, found {value.Describe()}",
                    value.Kind is ManifestNodeKind.Sequence or ManifestNodeKind.Mapping
                        ? "write its JSON as text: after \"|\" on the following lines, or in single quotes"
                        : "quote it");
            }
            annotations.Add(key, value.Text);
        }
        return annotations;
    }
}
