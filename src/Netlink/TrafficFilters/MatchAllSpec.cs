using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>A filter of kind <c>matchall</c>.</summary>
public sealed record MatchAllSpec : TrafficFilterSpec
{
    internal override string Kind => TrafficFilter.MatchAll;

    internal override void WriteOptions(MessageWriter writer) =>
        TrafficFilterMessages.WriteActions(writer, TrafficFilterAttribute.MatchAllActions, Actions);
}
