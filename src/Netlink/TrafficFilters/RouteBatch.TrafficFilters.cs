using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <content>Traffic filters.</content>
public sealed partial class RouteBatch
{
    /// <inheritdoc cref="RouteSocket.TrafficFilterAdd"/>
    public RouteBatch TrafficFilterAdd(int linkIndex, TrafficFilterSpec spec) =>
        TrafficFilter("add", MessageType.NewTrafficFilter, MessageFlags.Create | MessageFlags.Exclusive, linkIndex, spec);

    /// <inheritdoc cref="RouteSocket.TrafficFilterDelete"/>
    public RouteBatch TrafficFilterDelete(int linkIndex, TrafficFilterSpec spec) =>
        TrafficFilter("delete", MessageType.DelTrafficFilter, MessageFlags.None, linkIndex, spec);

    private RouteBatch TrafficFilter(string verb, ushort type, MessageFlags flags, int linkIndex, TrafficFilterSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentOutOfRangeException.ThrowIfLessThan(linkIndex, 1);
        var writer = Begin(type, flags, $"{verb} filter {spec.Kind} {spec.Parent} of link {linkIndex}");
        TrafficFilterMessages.WriteAdd(writer, linkIndex, spec);
        return Complete();
    }
}
