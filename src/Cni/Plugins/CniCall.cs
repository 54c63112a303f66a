namespace MultiNet.Cni;

/// <summary>One call of a plugin: what the environment and the standard input carry (CNI specification 1.1, section 2).</summary>
public sealed record CniCall
{
    /// <summary><c>CNI_COMMAND</c>.</summary>
    public required CniVerb Verb { get; init; }

    /// <summary><c>CNI_CONTAINERID</c>; empty for STATUS, GC and VERSION.</summary>
    public string ContainerId { get; init; } = "";

    /// <summary><c>CNI_NETNS</c>: the namespace's path; may be empty on DEL.</summary>
    public string NetNs { get; init; } = "";

    /// <summary><c>CNI_IFNAME</c>.</summary>
    public string IfName { get; init; } = "";

    /// <summary><c>CNI_ARGS</c> as given: <c>K=V;K2=V2</c>.</summary>
    public string Args { get; init; } = "";

    /// <summary><c>CNI_PATH</c>, split at colons.</summary>
    public IReadOnlyList<string> Path { get; init; } = [];

    /// <summary>The standard input: the network configuration of this one plugin, complete.</summary>
    public ReadOnlyMemory<byte> Config { get; init; }

    /// <summary>
    /// A hint within this process only: the interface group (IFLA_GROUP) for the links that an ADD makes in the container,
    /// so that one message can delete them all; 0 for none. Plugins that are exec'd do not see it.
    /// </summary>
    public uint LinkGroup { get; init; }

    /// <summary>
    /// Within this process only: by when the call must have ended. An executable that still runs then is killed; a built-in plugin
    /// hands it to what it executes.
    /// </summary>
    public Deadline Deadline { get; init; }
}
