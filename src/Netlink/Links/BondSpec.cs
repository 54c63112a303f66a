using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>A bond of several interfaces, which join it by <see cref="LinkChange.MasterIndex"/> while they are down.</summary>
public sealed record BondSpec : LinkSpec
{
    /// <summary>Settings of the bond.</summary>
    public BondSettings Bond { get; init; } = new();

    internal override string Kind => "bond";

    internal override void WriteData(MessageWriter writer) => Bond.Write(writer);
}
