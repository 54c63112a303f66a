using MultiNet.Cni;

namespace MultiNet.Meta.Installing;

/// <summary>What the runtime's folder of configurations holds at one moment.</summary>
internal sealed record PrimaryFindings
{
    /// <summary>The cluster's network, or null where there is none (yet) or where it cannot be read at the moment.</summary>
    public required PrimaryNetwork? Network { get; init; }

    /// <summary>The files that cannot be read, as on the node, with the reason: they may be in the middle of being written.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Unreadable { get; init; }

    /// <summary>What a person should know.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The folder, as on the node.</summary>
    public required string ConfDir { get; init; }

    /// <summary>What was asked for by name, or null.</summary>
    public required string? Wanted { get; init; }

    /// <summary>The error that there is no network.</summary>
    public CniException Missing()
    {
        var broken = new List<string>();
        foreach (var (file, _) in Unreadable)
            broken.Add(file);
        return new CniException(
            CniErrorCode.InvalidNetworkConfig,
            Wanted is null ? $"no configuration of a cluster network in {ConfDir}" : $"no configuration named \"{Wanted}\", nor of a network of that name, in {ConfDir}",
            (broken.Count > 0 ? $"{string.Join(", ", broken)} cannot be read; " : "")
            + "install the cluster's network first, wait for it with --wait, or name a configuration with --config");
    }
}
