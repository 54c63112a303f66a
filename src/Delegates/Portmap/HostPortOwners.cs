using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Portmap;

/// <summary>Who has a port of the host: by the records of this node, over all networks.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="records">The records of this plugin.</param>
internal sealed class HostPortOwners(NodeKernel kernel, AttachmentRecords records)
{
    /// <summary>All attachments of which there is a record, except one.</summary>
    public List<PortmapAttachment> Others(PortmapAttachment attachment)
    {
        var others = new List<PortmapAttachment>();
        foreach (var record in records.ListAll())
        {
            if (PortmapAttachment.Read(record) is { } other && !other.IsSameAs(attachment))
                others.Add(other);
        }
        return others;
    }

    /// <summary>
    /// Refuses what another container has that certainly is there. What a container has left behind that certainly is not is released: rules
    /// of the dead must not keep ports from the living, nor take their packets.
    /// </summary>
    /// <remarks>
    /// The own record is written before this: of two that come at the same time and want the same port, each sees the other, and none gets it by chance.
    /// </remarks>
    /// <exception cref="CniException">Code 11, or 7 where the container itself has the port: it is taken.</exception>
    public void Claim(PortmapAttachment attachment, IReadOnlyList<PortmapAttachment> others, Action<PortmapAttachment> release)
    {
        foreach (var other in others)
        {
            if (attachment.CollisionWith(other) is not { } wanted)
                continue;
            if (IsFormer(other, attachment) || !IsThere(other))
            {
                release(other);
                continue;
            }
            bool same = other.ContainerId == attachment.ContainerId;
            throw new CniException(
                same ? CniErrorCode.InvalidNetworkConfig : CniErrorCode.TryAgainLater,
                $"host port {wanted} is taken by container {other.ContainerId}",
                $"It is mapped by network \"{other.Network}\" for {other.IfName} in {other.NetNs}, which is still there. "
                + (same ? "A port can be mapped by one network of a container." : "It becomes free with the DEL of that container."));
        }
    }

    // The interface is this attachment's now, whatever a record says that the other's DEL has left (the reference knows of no records).
    private static bool IsFormer(PortmapAttachment other, PortmapAttachment attachment) =>
        other.ContainerId != attachment.ContainerId && other.NetNs == attachment.NetNs && other.IfName == attachment.IfName;

    // A path can be anybody's by now (below /proc certainly); the address on the interface tells whose it is.
    private bool IsThere(PortmapAttachment attachment)
    {
        try
        {
            if (ContainerLink.TryEnter(kernel, attachment.NetNs) is not { } socket || !socket.TryGetLink(attachment.IfName, out var link))
                return false;
            foreach (var address in socket.AddressList(link.Index))
            {
                if (address.Local.Equals(attachment.IPv4?.Address) || address.Local.Equals(attachment.IPv6?.Address))
                    return true;
            }
            return false;
        }
        catch (KernelException)
        {
            // Not certain: then it does not count.
            return false;
        }
    }
}
