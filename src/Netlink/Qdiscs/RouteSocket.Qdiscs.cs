using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <content>Queueing disciplines.</content>
public sealed partial class RouteSocket
{
    /// <summary>Makes a queueing discipline.</summary>
    /// <exception cref="NetlinkException">EEXIST: there is one of the same handle. ENOENT: the kernel does not know the kind.</exception>
    public void QdiscAdd(int linkIndex, QdiscSpec spec) => NewBatch().QdiscAdd(linkIndex, spec).Send();

    /// <summary>Makes a queueing discipline in the place of whatever stands there, or changes the one of the same kind and handle.</summary>
    public void QdiscReplace(int linkIndex, QdiscSpec spec) => NewBatch().QdiscReplace(linkIndex, spec).Send();

    /// <summary>Deletes the queueing discipline of this place, handle and kind, its filters with it.</summary>
    /// <exception cref="NetlinkException">ENODEV: no such interface. ENOENT: nothing stands there. EINVAL: another one stands there, if only the kernel's own.</exception>
    public void QdiscDelete(int linkIndex, QdiscSpec spec) => NewBatch().QdiscDelete(linkIndex, spec).Send();

    /// <summary>The queueing discipline that stands at a place of an interface.</summary>
    /// <param name="linkIndex">The interface.</param>
    /// <param name="parent">The place: <see cref="TrafficHandle.Root"/> or <see cref="TrafficHandle.Ingress"/>.</param>
    /// <returns>Null where none stands; the kernel's own has the handle 0.</returns>
    /// <exception cref="NetlinkException">ENODEV: no such interface.</exception>
    public Qdisc? QdiscGet(int linkIndex, TrafficHandle parent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(linkIndex, 1);
        // Asked for an echo, every kernel answers the sender; asked for an acknowledgement, also where it has nothing to show.
        _channel.Begin(MessageType.GetQdisc, MessageFlags.Ack | MessageFlags.Echo).TrafficHeader(linkIndex, 0, parent.Value);
        try
        {
            return _channel.Execute<Qdisc>($"get qdisc {parent} of link {linkIndex}", QdiscMessages.Parse);
        }
        catch (NetlinkException e) when (e.Errno == Native.Errno.ENOENT)
        {
            return null;
        }
    }

    /// <summary>All queueing disciplines of an interface.</summary>
    public IReadOnlyList<Qdisc> QdiscList(int linkIndex)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(linkIndex, 1);
        _channel.Begin(MessageType.GetQdisc, MessageFlags.Dump).TrafficHeader(linkIndex, 0, 0);
        // The kernel lists those of all interfaces, whichever was named.
        return _channel.Dump(
            $"list qdiscs of link {linkIndex}",
            (type, body) => QdiscMessages.Parse(type, body) is { } found && found.LinkIndex == linkIndex ? found : null);
    }
}
