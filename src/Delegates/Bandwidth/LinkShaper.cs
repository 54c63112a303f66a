using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bandwidth;

/// <summary>
/// Limits what one interface sends, by a token bucket filter on itself, and what it receives, by one on an intermediate functional
/// block to which everything is sent first: the kernel queues only what goes out.
/// </summary>
/// <param name="socket">The socket inside the interface's namespace.</param>
/// <param name="link">The interface.</param>
internal sealed class LinkShaper(RouteSocket socket, ShapedLink link)
{
    private static readonly TokenBucketSpec s_bucketPlace = new() { Bucket = new TokenBucket(0, 0, 0) };

    /// <summary>Makes what is asked for.</summary>
    /// <param name="sending">The limit on what the interface sends, or null.</param>
    /// <param name="receiving">The limit on what it receives, or null.</param>
    /// <param name="group">The link group of the block, or 0.</param>
    /// <param name="rollback">Gets the undoing of each step.</param>
    /// <returns>The block, or null where there is none.</returns>
    /// <exception cref="CniException">The kernel refused.</exception>
    public Link? Apply(TokenBucket? sending, TokenBucket? receiving, uint group, Rollback rollback)
    {
        if (sending is not null)
        {
            KernelFailure.Describe("create qdisc", () => socket.QdiscAdd(link.Index, new TokenBucketSpec { Bucket = sending }));
            rollback.Add(() => socket.QdiscDelete(link.Index, s_bucketPlace));
        }
        if (receiving is null)
            return null;
        var ifb = KernelFailure.Describe("adding link", () => socket.LinkAdd(new IfbSpec
        {
            Name = link.Ifb,
            // udev on the host would change an address that the kernel has drawn.
            MacAddress = MacAddress.Random(),
            Mtu = link.Mtu,
            // No queue of its own: the bucket has one.
            TxQueueLength = 0,
            Group = group == 0 ? null : group,
            Up = true,
        }));
        rollback.Add(() => socket.LinkDelete(ifb.Index));
        KernelFailure.Describe("create ingress qdisc", () => socket.QdiscAdd(link.Index, new IngressSpec()));
        rollback.Add(() => socket.QdiscDelete(link.Index, new IngressSpec()));
        KernelFailure.Describe("add filter", () => socket.TrafficFilterAdd(link.Index, new U32MatchAllSpec
        {
            Class = TrafficHandle.Of(1, 1),
            Actions = [new MirredAction(ifb.Index)],
        }));
        KernelFailure.Describe("create ifb qdisc: create qdisc", () => socket.QdiscAdd(ifb.Index, new TokenBucketSpec { Bucket = receiving }));
        return ifb;
    }

    /// <summary>Takes down what was made, as far as it is there. What somebody else has put in its place stays.</summary>
    /// <param name="known">False where the interface could be another one of the same name and index: then it must have the recorded hardware address.</param>
    /// <param name="failures">Gets what cannot be taken down.</param>
    public void Release(bool known, Failures failures)
    {
        Link? block = null;
        if (link.Ifb.Length > 0)
            failures.Try($"find \"{link.Ifb}\"", () => block = socket.TryGetLink(link.Ifb, out var found) && found.Kind == "ifb" ? found : null);
        failures.Try($"remove the limits of \"{link.Name}\"", () =>
        {
            if (link.Name.Length > 0 && IsThere(known))
                ReleaseQdiscs(block);
        });
        if (block is not null)
            failures.Try($"delete \"{link.Ifb}\"", () => IgnoreGone(() => socket.LinkDelete(block.Index)));
    }

    /// <summary>Is everything as ADD made it?</summary>
    /// <exception cref="CniException">Something is missing, or has another value.</exception>
    public void Check(TokenBucket? sending, TokenBucket? receiving)
    {
        if (!socket.TryGetLink(link.Name, out var found) || found.Index != link.Index)
            throw InterfaceCheck.Failed($"Interface name {link.Name} not found");
        if (sending is not null)
            CheckBucket(link.Index, link.Name, sending);
        if (receiving is null)
            return;
        if (!socket.TryGetLink(link.Ifb, out var block))
            throw InterfaceCheck.Failed("get ifb device: Link not found", $"{link.Ifb} is missing, through which goes what {link.Name} receives.");
        if (block.Kind != "ifb" || !block.IsUp)
            throw InterfaceCheck.Failed($"Interface {link.Ifb} is down", "It drops what it is given: everything that the interface receives.");
        CheckBucket(block.Index, block.Name, receiving);
        if (socket.QdiscGet(link.Index, TrafficHandle.Ingress) is not { Kind: "ingress" })
            throw InterfaceCheck.Failed("Failed to find qdisc", $"{link.Name} has no ingress qdisc ffff:, which sends what it receives through {link.Ifb}.");
        if (!Redirects(block.Index))
            throw InterfaceCheck.Failed("Failed to find filter", $"Nothing sends all that {link.Name} receives through {link.Ifb}.");
    }

    private void CheckBucket(int index, string name, TokenBucket expected)
    {
        if (socket.QdiscGet(index, TrafficHandle.Root) is not { TokenBucket: { } found } qdisc || qdisc.Handle != s_bucketPlace.Handle)
            throw InterfaceCheck.Failed("Failed to find qdisc", $"{name} has no tbf qdisc 1: at its root.");
        if (found.Rate != expected.Rate)
            throw InterfaceCheck.Failed("Rate doesn't match", $"{name} has {found.Rate} bytes per second instead of {expected.Rate}.");
        if (found.Limit != expected.Limit)
            throw InterfaceCheck.Failed("Limit doesn't match", $"{name} queues {found.Limit} bytes instead of {expected.Limit}.");
        if (!RateLimit.IsBuffer(found.Buffer, expected.Buffer, SchedulerClock.Read()))
            throw InterfaceCheck.Failed("Buffer doesn't match", $"{name} has a bucket of {found.Buffer} ticks instead of {expected.Buffer}.");
    }

    // The first filter that matches everything decides.
    private bool Redirects(int block)
    {
        foreach (var filter in socket.TrafficFilterList(link.Index, TrafficHandle.IngressQdisc))
        {
            if (filter is { MatchesEverything: true, Protocol: TrafficFilter.EveryProtocol })
                return filter.Actions is [{ Redirect: true } action, ..] && action.LinkIndex == block;
        }
        return false;
    }

    private bool IsThere(bool known) =>
        socket.TryGetLink(link.Name, out var found) && found.Index == link.Index && (known || found.MacAddress.ToString() == link.Mac);

    private void ReleaseQdiscs(Link? block)
    {
        if (link.Sends)
            IgnoreGone(() => socket.QdiscDelete(link.Index, s_bucketPlace));
        if (link.Ifb.Length > 0 && IsOurs(block))
            IgnoreGone(() => socket.QdiscDelete(link.Index, new IngressSpec()));
    }

    // A filter whose block is gone points nowhere, and drops everything.
    private bool IsOurs(Link? block)
    {
        foreach (var filter in socket.TrafficFilterList(link.Index, TrafficHandle.IngressQdisc))
        {
            foreach (var action in filter.Actions)
            {
                if (action.LinkIndex == 0 || action.LinkIndex == block?.Index)
                    return true;
            }
        }
        return false;
    }

    // EINVAL: something else stands there by now.
    private static void IgnoreGone(Action step)
    {
        try
        {
            step();
        }
        catch (NetlinkException e) when (e.IsNotFound || e.ErrnoName == "EINVAL")
        {
        }
    }
}
