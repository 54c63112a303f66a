using MultiNet.Meta.Sources.Manifests;

namespace MultiNet.Meta.CommandLine.Lint;

/// <summary>Finds values in a manifest of which nothing is certain.</summary>
internal static class ManifestNodeReading
{
    /// <summary>The value under a chain of keys, or null.</summary>
    public static ManifestNode? At(this ManifestNode node, params ReadOnlySpan<string> keys)
    {
        ManifestNode? found = node;
        foreach (string key in keys)
            found = found?.Find(key);
        return found;
    }

    /// <summary>A string under a key; empty where there is none.</summary>
    public static string TextAt(this ManifestNode node, string key) => node.Find(key) is { Kind: ManifestNodeKind.String } found ? found.Text : "";

    /// <summary>The value that a finding's field names, or the nearest around it: <c>metadata.annotations[k8s.v1.cni.cncf.io/networks]</c>.</summary>
    public static (ManifestNode Node, bool IsExact) Resolve(this ManifestNode root, string field)
    {
        int bracket = field.IndexOf('[');
        var node = root;
        foreach (string key in (bracket < 0 ? field : field[..bracket]).Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (node.Find(key) is not { } child)
                return (node, false);
            node = child;
        }
        if (bracket < 0)
            return (node, field.Length > 0);
        return node.Find(field[(bracket + 1)..].TrimEnd(']')) is { } found ? (found, true) : (node, false);
    }
}
