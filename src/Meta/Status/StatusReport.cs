using MultiNet.Meta.Attaching;
using MultiNet.Meta.Sources;
using MultiNet.Networks;

namespace MultiNet.Meta.Status;

/// <summary>What an ADD or a sync has attached, for whoever writes the pod's network-status.</summary>
public sealed record StatusReport
{
    /// <summary>The pod, as the runtime named it.</summary>
    public required PodReference Pod { get; init; }

    /// <summary>The pod's <c>metadata.uid</c> as its source knows it (a static pod has another one at the kubelet), or empty.</summary>
    public required string PodUid { get; init; }

    /// <summary><c>CNI_CONTAINERID</c>.</summary>
    public required string ContainerId { get; init; }

    /// <summary><c>CNI_IFNAME</c>.</summary>
    public required string IfName { get; init; }

    /// <summary>What was attached by this call: all networks at ADD, the default network first; later what was plugged in.</summary>
    public required IReadOnlyList<AttachedNetwork> Attached { get; init; }

    /// <summary>Is it a change of a sandbox that stands, rather than an ADD?</summary>
    public bool IsChange { get; init; }

    /// <summary>The entries of the annotation: of every attachment that stands.</summary>
    public IReadOnlyList<NetworkStatus> Entries { get => field ?? SandboxStatus.Of(Attached); init; }
}
