namespace MultiNet.Netlink;

/// <summary>A queueing discipline as the kernel describes it.</summary>
public sealed record Qdisc
{
    /// <summary>The interface.</summary>
    public required int LinkIndex { get; init; }

    /// <summary>The kernel's name of the kind: <c>tbf</c>, <c>ingress</c>, <c>clsact</c>, <c>noqueue</c> ...</summary>
    public required string Kind { get; init; }

    /// <summary>Its name on the interface; zero for one that the kernel put there by itself.</summary>
    public TrafficHandle Handle { get; init; }

    /// <summary>Where it stands.</summary>
    public TrafficHandle Parent { get; init; }

    /// <summary>The settings of a <c>tbf</c>.</summary>
    public TokenBucket? TokenBucket { get; init; }
}
