using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bandwidth;

/// <content>DEL, CHECK, STATUS and GC.</content>
internal sealed partial class BandwidthPlugin
{
    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        var call = context.Call;
        var failures = new Failures();
        var links = _records.Read(context.NetworkName, call) ?? Unrecorded(context);
        foreach (var link in links)
        {
            // The runtime says where the container is now; on the host there is one place only.
            string netns = link.IsOnHost ? "" : call.NetNs.Length > 0 ? call.NetNs : link.NetNs;
            failures.Try($"enter {netns}", () => Release(link, netns, known: netns == call.NetNs || link.IsOnHost, failures));
        }
        if (failures.IsEmpty)
            failures.Try("remove the record", () => _records.Delete(context.NetworkName, new GcAttachment(call.ContainerId, call.IfName)));
        failures.ThrowIfAny();
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        var config = BandwidthConfig.Read(context);
        var previous = context.PrevResult ?? throw new CniException(
            CniErrorCode.InvalidNetworkConfig, "must be called as a chained plugin", "CHECK needs the result of ADD, which the runtime must pass as \"prevResult\".");
        if (config.IsUnlimited)
            return;
        try
        {
            var links = _records.Read(context.NetworkName, context.Call) ?? new ShapingPlan(kernel, context).Guess(config, previous);
            var clock = SchedulerClock.Read();
            bool ingress = config.Ingress is null, egress = config.Egress is null;
            foreach (var link in links)
            {
                var (sending, receiving) = (link.Sending(config), link.Receiving(config));
                new LinkShaper(Enter(link.IsOnHost ? "" : context.Call.NetNs), link).Check(sending?.ToBucket(clock), receiving?.ToBucket(clock));
                ingress |= (link.IsOnHost ? sending : receiving) is not null;
                egress |= (link.IsOnHost ? receiving : sending) is not null;
            }
            if (!ingress || !egress)
                throw InterfaceCheck.Failed("Failed to find qdisc", $"{(ingress ? "egress" : "ingress")} was not limited when the container was attached.");
        }
        catch (KernelException e)
        {
            throw KernelFailure.Of(e, $"failed to check \"{context.Call.IfName}\"");
        }
    }

    /// <inheritdoc/>
    public void Status(PluginContext context) => BandwidthConfig.Read(context);

    /// <inheritdoc/>
    public void Gc(PluginContext context)
    {
        // Without knowing what is valid, nothing is stale.
        if (!context.HasValidAttachments)
            return;
        var valid = new HashSet<GcAttachment>(context.ValidAttachments);
        var failures = new Failures();
        // Blocks of the reference are of no network that could be told from their names.
        foreach (var (attachment, links) in _records.List(context.NetworkName))
        {
            if (valid.Contains(attachment))
                continue;
            var own = new Failures();
            foreach (var link in links)
                own.Try($"enter {link.NetNs}", () => Release(link, link.NetNs, known: link.IsOnHost, own));
            if (own.IsEmpty)
                own.Try("remove the record", () => _records.Delete(context.NetworkName, attachment));
            failures.Try($"release {attachment.ContainerId} {attachment.IfName}", own.ThrowIfAny);
        }
        failures.ThrowIfAny();
    }

    private void Release(ShapedLink link, string netns, bool known, Failures failures)
    {
        // A recorded path of a process may lead to another container by now. With its namespace everything in it is gone.
        if (!link.IsOnHost && !known && netns.StartsWith("/proc/", StringComparison.Ordinal))
            return;
        var socket = link.IsOnHost ? kernel.Socket("") : ContainerLink.TryEnter(kernel, netns);
        if (socket is not null)
            new LinkShaper(socket, link).Release(known, failures);
    }

    // By name. The reference's name may be another attachment's of this container to this network, which is then recorded.
    private List<ShapedLink> Unrecorded(PluginContext context)
    {
        var call = context.Call;
        string shared = IfbName.Of(context.NetworkName, call.ContainerId), own = IfbName.Of(context.NetworkName, call.ContainerId, call.IfName);
        var links = new List<ShapedLink>();
        foreach (string netns in (ReadOnlySpan<string>)["", call.NetNs])
        {
            links.Add(Block(netns, own));
            if (!IsAnothers(context, netns, shared))
                links.Add(Block(netns, shared));
            if (call.NetNs.Length == 0)
                break;
        }
        return links;
    }

    private bool IsAnothers(PluginContext context, string netns, string ifb)
    {
        foreach (var (attachment, links) in _records.List(context.NetworkName))
        {
            if (attachment.ContainerId != context.Call.ContainerId)
                continue;
            foreach (var link in links)
            {
                if (link.Ifb == ifb && link.IsOnHost == (netns.Length == 0))
                    return true;
            }
        }
        return false;
    }

    private RouteSocket Enter(string netns)
    {
        try
        {
            return kernel.Socket(netns);
        }
        catch (KernelException e)
        {
            throw KernelFailure.NetNs(e, netns);
        }
    }

    private static ShapedLink Block(string netns, string ifb) => new() { NetNs = netns, Name = "", Index = 0, Mac = "", Ifb = ifb };
}
