using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <content>Traffic filters.</content>
public sealed partial class RouteSocket
{
    /// <summary>Makes a filter.</summary>
    /// <exception cref="NetlinkException">EINVAL: no queueing discipline stands at its parent. EEXIST: the priority is taken by another kind.</exception>
    public void TrafficFilterAdd(int linkIndex, TrafficFilterSpec spec) => NewBatch().TrafficFilterAdd(linkIndex, spec).Send();

    /// <summary>Deletes all filters of a place, a priority and a protocol.</summary>
    /// <exception cref="NetlinkException">ENOENT: there is none.</exception>
    public void TrafficFilterDelete(int linkIndex, TrafficFilterSpec spec) => NewBatch().TrafficFilterDelete(linkIndex, spec).Send();

    /// <summary>The filters of a place, in order; none where no queueing discipline stands there.</summary>
    public IReadOnlyList<TrafficFilter> TrafficFilterList(int linkIndex, TrafficHandle parent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(linkIndex, 1);
        _channel.Begin(MessageType.GetTrafficFilter, MessageFlags.Dump).TrafficHeader(linkIndex, 0, parent.Value);
        return _channel.Dump<TrafficFilter>($"list filters {parent} of link {linkIndex}", TrafficFilterMessages.Parse);
    }
}
