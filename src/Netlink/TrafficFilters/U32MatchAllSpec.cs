using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>A filter of kind <c>u32</c> with one key that masks every bit away.</summary>
public sealed record U32MatchAllSpec : TrafficFilterSpec
{
    /// <summary>The class of the packets; only shown, where the parent has no classes. Zero for none.</summary>
    public TrafficHandle Class { get; init; }

    internal override string Kind => TrafficFilter.U32;

    internal override void WriteOptions(MessageWriter writer)
    {
        // struct tc_u32_sel of 16 bytes: flags, offset shift, number of keys; one struct tc_u32_key of 16 bytes, all zero.
        const byte terminal = 1;
        Span<byte> selector = stackalloc byte[32];
        selector.Clear();
        selector[0] = terminal;
        selector[2] = 1;
        writer.Bytes(TrafficFilterAttribute.U32Selector, selector);
        if (Class != default)
            writer.U32(TrafficFilterAttribute.U32Class, Class.Value);
        TrafficFilterMessages.WriteActions(writer, TrafficFilterAttribute.U32Actions, Actions);
    }
}
