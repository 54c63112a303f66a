using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>A filter that matches every packet, and what is done to it.</summary>
public abstract record TrafficFilterSpec
{
    private protected TrafficFilterSpec()
    {
    }

    /// <summary>Where it stands: the handle of an <c>ingress</c>, or a place of a <c>clsact</c>.</summary>
    public TrafficHandle Parent { get; init; } = TrafficHandle.IngressQdisc;

    /// <summary>Its place among the filters, from 1; lower ones come first.</summary>
    public ushort Priority { get; init; } = 1;

    /// <summary>ETH_P_* in host byte order; every one by default.</summary>
    public ushort Protocol { get; init; } = TrafficFilter.EveryProtocol;

    /// <summary>What is done, in order.</summary>
    public IReadOnlyList<MirredAction> Actions { get; init; } = [];

    /// <summary>The kernel's name of the kind.</summary>
    internal abstract string Kind { get; }

    /// <summary>Writes the attributes inside TCA_OPTIONS.</summary>
    internal abstract void WriteOptions(MessageWriter writer);
}
