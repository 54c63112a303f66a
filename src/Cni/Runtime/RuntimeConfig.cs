namespace MultiNet.Cni;

/// <summary>What a runtime knows of an attachment, beside the network's configuration (CNI specification 1.1, section 3).</summary>
public sealed record RuntimeConfig
{
    /// <summary>The container's id.</summary>
    public required string ContainerId { get; init; }

    /// <summary>The namespace's path; may be empty for DEL.</summary>
    public string NetNs { get; init; } = "";

    /// <summary>The interface's name in the container.</summary>
    public required string IfName { get; init; }

    /// <summary>Arguments for <c>CNI_ARGS</c>, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Args { get; init; } = [];

    /// <summary>Capability arguments as JSON text by name; each plugin gets those whose capability it declares.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> CapabilityArgs { get; init; } = EmptyCapabilityArgs.Instance;

    /// <summary>See <see cref="CniCall.LinkGroup"/>.</summary>
    public uint LinkGroup { get; init; }

    private static class EmptyCapabilityArgs
    {
        internal static readonly Dictionary<string, ReadOnlyMemory<byte>> Instance = [];
    }
}
