namespace MultiNet.Cni;

/// <summary>What libcni keeps of an attachment between ADD and DEL.</summary>
public sealed record CachedAttachment
{
    /// <summary>The network's name.</summary>
    public required string NetworkName { get; init; }

    /// <summary>The container's id.</summary>
    public required string ContainerId { get; init; }

    /// <summary>The interface's name in the container.</summary>
    public required string IfName { get; init; }

    /// <summary>The namespace's path, or empty.</summary>
    public string NetNs { get; init; } = "";

    /// <summary>The network's configuration as it was used; empty in entries of the oldest form.</summary>
    public ReadOnlyMemory<byte> Config { get; init; }

    /// <summary>The arguments of <c>CNI_ARGS</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Args { get; init; } = [];

    /// <summary>The capability arguments as JSON text, by name.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> CapabilityArgs { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>The final result of ADD; null where the entry has none or one that cannot be read.</summary>
    public CniResult? Result { get; init; }

    /// <summary>The entry's file, where it was read from one.</summary>
    public string? File { get; init; }

    /// <summary>The attachment as a runner takes it.</summary>
    public RuntimeConfig ToRuntimeConfig() =>
        new() { ContainerId = ContainerId, IfName = IfName, NetNs = NetNs, Args = Args, CapabilityArgs = CapabilityArgs };
}
