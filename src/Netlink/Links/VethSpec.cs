using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>
/// A pair of virtual Ethernet interfaces. The spec itself is the first end, made where the message goes; <see cref="Peer"/> is the
/// other. Only the first end can get a master and be set up in the same message (the kernel refuses to set up a peer whose
/// other end does not exist yet): so let the first end be the one on the host.
/// </summary>
public sealed record VethSpec : LinkSpec
{
    /// <summary>The other end.</summary>
    public required VethPeer Peer { get; init; }

    internal override string Kind => "veth";

    internal override void WriteData(MessageWriter writer)
    {
        const ushort vethInfoPeer = 1;
        int peer = writer.BeginNested(vethInfoPeer);
        writer.LinkHeader();
        LinkMessages.WriteCommon(writer, Peer.Name, Peer.MacAddress, Peer.Mtu, Peer.TxQueueLength, Peer.Group);
        if (Peer.Namespace is { } target)
            writer.I32(LinkAttribute.NetNsFd, target.Descriptor);
        writer.EndNested(peer);
    }
}
