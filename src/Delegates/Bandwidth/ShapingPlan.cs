using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bandwidth;

/// <summary>
/// Decides where an attachment is shaped. A veth on the host's end, as by the reference. Everything else, which has no end on the host
/// (macvlan, ipvlan, vlan, a card, a virtual function), inside the container (docs/decisions/010-shaping-in-the-pod.md).
/// </summary>
/// <param name="kernel">The kernel.</param>
/// <param name="context">The call.</param>
internal sealed class ShapingPlan(NodeKernel kernel, PluginContext context)
{
    private RouteSocket Host => kernel.Socket("");

    /// <summary>Decides for an attachment that is not shaped yet.</summary>
    /// <param name="config">The limits; at least one.</param>
    /// <param name="previous">The result of the plugins before.</param>
    /// <exception cref="CniException">There is no interface that can be shaped.</exception>
    public IReadOnlyList<ShapedLink> Make(BandwidthConfig config, CniResult previous)
    {
        var container = Find(previous, out var hostEnd);
        var call = context.Call;
        if (hostEnd is null)
            return [Shaped(call.NetNs, container, config.Egress, config.Ingress, takeFreeName: true)];
        if (config.Egress is null || Host.QdiscGet(hostEnd.Index, TrafficHandle.Ingress) is not { Kind: "clsact" })
            return [Shaped("", hostEnd, config.Ingress, config.Egress, takeFreeName: true)];
        // The place for filters is taken, mostly by eBPF programs that enforce policies: a filter beside them would not see everything,
        // or hide it from them. What the container sends can be limited on its own end as well.
        var inside = Shaped(call.NetNs, container, config.Egress, null, takeFreeName: true);
        return config.Ingress is null ? [inside] : [Shaped("", hostEnd, config.Ingress, null, takeFreeName: true), inside];
    }

    /// <summary>Where the reference has shaped the attachment, for one that is not recorded.</summary>
    /// <inheritdoc cref="Make"/>
    public IReadOnlyList<ShapedLink> Guess(BandwidthConfig config, CniResult previous)
    {
        var container = Find(previous, out var hostEnd);
        return hostEnd is null
            ? [Shaped(context.Call.NetNs, container, config.Egress, config.Ingress, takeFreeName: false)]
            : [Shaped("", hostEnd, config.Ingress, config.Egress, takeFreeName: false)];
    }

    private ShapedLink Shaped(string netns, Link link, RateLimit? sending, RateLimit? receiving, bool takeFreeName) =>
        ShapedLink.Of(netns, link) with { Sends = sending is not null, Ifb = receiving is null ? "" : Name(netns, takeFreeName) };

    private string Name(string netns, bool takeFreeName)
    {
        string name = IfbName.Of(context.NetworkName, context.Call.ContainerId);
        return takeFreeName && kernel.Socket(netns).TryGetLink(name, out _)
            ? IfbName.Of(context.NetworkName, context.Call.ContainerId, context.Call.IfName)
            : name;
    }

    // The messages are the reference's.
    private Link Find(CniResult previous, out Link? hostEnd)
    {
        string name = context.Call.IfName;
        if (previous.Interfaces.Count == 0)
            throw Failed("no interfaces provided", "prevResult names no interface: bandwidth must stand behind a plugin that makes one.");
        if (!Enter().TryGetLink(name, out var container))
            throw Failed($"container interface {name} has no veth peer: could not look up \"{name}\": Link not found", $"There is no such interface in {context.Call.NetNs}.");
        hostEnd = null;
        if (container.Kind != "veth")
            return container;
        int peer = container.ParentIndex;
        if (peer <= 0 || !Host.TryGetLink(peer, out hostEnd) || hostEnd.Kind != "veth" || hostEnd.ParentIndex != container.Index)
            throw Failed($"veth peer with index {peer} is not in host ns", $"The other end of {name} is in another namespace, where its traffic cannot be limited.");
        foreach (var candidate in previous.Interfaces)
        {
            if (candidate.Sandbox.Length == 0 && candidate.Name == hostEnd.Name)
                return container;
        }
        throw Failed("no veth peer of container interface found in host ns", $"The other end of {name} is {hostEnd.Name}, which prevResult does not name.");
    }

    private RouteSocket Enter()
    {
        try
        {
            return kernel.Socket(context.Call.NetNs);
        }
        catch (KernelException e)
        {
            throw KernelFailure.NetNs(e, context.Call.NetNs);
        }
    }

    private static CniException Failed(string message, string details) => new(CniErrorCode.Internal, message, details);
}
