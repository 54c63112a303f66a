using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>
/// A bridge. With a <see cref="LinkSpec.MacAddress"/> its address stays as it is; without, the kernel changes it with its ports.
/// An <see cref="LinkSpec.Mtu"/> given here is the kernel's to change when ports come and go; one set by <see cref="LinkChange"/> stays.
/// </summary>
public sealed record BridgeSpec : LinkSpec
{
    /// <summary>Settings of the bridge.</summary>
    public BridgeSettings? Bridge { get; init; }

    internal override string Kind => "bridge";

    internal override void WriteData(MessageWriter writer)
    {
        if (Bridge is { } settings)
            LinkMessages.WriteBridge(writer, settings);
    }
}
