using MultiNet.Meta.Sources;

namespace MultiNet.Meta.Attaching;

/// <summary>The sandbox that a call is for: what the runtime passes in the environment.</summary>
public sealed record SandboxRequest
{
    /// <summary><c>CNI_CONTAINERID</c>.</summary>
    public required string ContainerId { get; init; }

    /// <summary><c>CNI_NETNS</c>; may be empty on DEL.</summary>
    public required string NetNs { get; init; }

    /// <summary><c>CNI_IFNAME</c>: the default network's interface.</summary>
    public required string IfName { get; init; }

    /// <summary><c>CNI_ARGS</c> as key and value, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Args { get; init; } = [];

    /// <summary><c>CNI_PATH</c>, split.</summary>
    public IReadOnlyList<string> Path { get; init; } = [];

    /// <summary>The pod that <see cref="Args"/> name, or null.</summary>
    public PodReference? Pod { get; init; }

    /// <summary>The sandbox for messages: <c>pod default/web (container 0123456789ab)</c>.</summary>
    public override string ToString()
    {
        string id = ContainerId.Length > 12 ? ContainerId[..12] : ContainerId;
        return Pod is null ? $"container {id}" : $"pod {Pod} (container {id})";
    }
}
