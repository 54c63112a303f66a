using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>
/// A VLAN of <see cref="LinkSpec.ParentIndex"/>. The parent has each (protocol, id) once: EEXIST means that, or that the name is taken.
/// </summary>
public sealed record VlanSpec : LinkSpec
{
    /// <summary>Settings of the interface.</summary>
    public required VlanSettings Vlan { get; init; }

    internal override string Kind => "vlan";

    internal override void WriteData(MessageWriter writer) => Vlan.Write(writer);
}
