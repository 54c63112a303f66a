using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>An interface with a hardware address of its own on that of <see cref="LinkSpec.ParentIndex"/>.</summary>
public sealed record MacvlanSpec : LinkSpec
{
    /// <summary>Settings of the interface.</summary>
    public MacvlanSettings Macvlan { get; init; } = new();

    internal override string Kind => "macvlan";

    internal override void WriteData(MessageWriter writer) => Macvlan.Write(writer);
}
