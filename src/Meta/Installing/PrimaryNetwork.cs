using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Meta.Installing;

/// <summary>The cluster's network, behind which every other one is attached: what a runtime would take if this program were not installed.</summary>
internal sealed record PrimaryNetwork
{
    /// <summary>Its name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>The version in which the runtime calls.</summary>
    public required string CniVersion { get; init; }

    /// <summary>Its file, as on the node; empty where it has none.</summary>
    public string File { get; init; } = "";

    /// <summary>The keys of our configuration that say which network it is, in JSON.</summary>
    public required IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Keys { get; init; }

    /// <summary>Does it stay chosen while its file is there, though another file may come first?</summary>
    public bool IsPinned { get; init; }

    /// <summary>The network of a file.</summary>
    /// <param name="network">What the file holds.</param>
    /// <param name="file">The file, as on the node.</param>
    public static PrimaryNetwork OfFile(NetworkConfigList network, string file) => new()
    {
        Name = network.Name,
        CniVersion = network.CniVersion,
        File = file,
        Keys = [new("clusterNetwork", JsonSplice.Quote(file))],
    };
}
