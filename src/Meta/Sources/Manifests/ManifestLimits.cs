namespace MultiNet.Meta.Sources.Manifests;

/// <summary>What a manifest file may be at most. Real ones are some kilobytes and ten levels deep.</summary>
internal static class ManifestLimits
{
    /// <summary>Bytes of a file.</summary>
    public const int FileBytes = 4 * 1024 * 1024;

    /// <summary>Levels of mappings and lists in each other: as deep as the JSON readers go.</summary>
    public const int Depth = 64;

    /// <summary>Nodes of a document, aliases counted as often as they are named.</summary>
    public const int Nodes = 250_000;

    /// <summary>Files of a folder.</summary>
    public const int Files = 10_000;

    /// <summary>Refuses a tree that has grown too large.</summary>
    /// <exception cref="Cni.CniException">Code 6.</exception>
    public static void CheckWeight(ManifestNode node, ManifestPosition at)
    {
        if (node.Weight > Nodes)
            throw at.Error($"the document is too large when its aliases are written out: more than {Nodes} values", "split the file");
    }

    /// <summary>Refuses a nesting that is too deep.</summary>
    /// <exception cref="Cni.CniException">Code 6.</exception>
    public static void CheckDepth(int depth, ManifestPosition at)
    {
        if (depth > Depth)
            throw at.Error($"mappings and lists are nested more than {Depth} levels deep");
    }
}
