using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>An interface with addresses of its own and the hardware address of <see cref="LinkSpec.ParentIndex"/>.</summary>
public sealed record IpvlanSpec : LinkSpec
{
    /// <summary>Settings of the interface.</summary>
    public IpvlanSettings Ipvlan { get; init; } = new();

    internal override string Kind => "ipvlan";

    internal override void WriteData(MessageWriter writer) => Ipvlan.Write(writer);
}
