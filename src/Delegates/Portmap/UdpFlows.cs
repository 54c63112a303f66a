using System.Net;
using System.Net.Sockets;
using MultiNet.Netlink;
using MultiNet.Netlink.Conntrack;

namespace MultiNet.Delegates.Portmap;

/// <summary>
/// Flows of UDP to mapped ports. The kernel asks the rules about the first packet of a flow only, and a flow lasts as long as packets come:
/// without this a client would talk to a container that is gone until it is silent for a while.
/// </summary>
/// <param name="kernel">The kernel; the flows are those of the host.</param>
internal sealed class UdpFlows(NodeKernel kernel)
{
    /// <summary>ADD: forgets all flows to the host's end of the mappings, so that their next packets follow the rules that stand now.</summary>
    public void ForgetFormer(PortmapAttachment attachment)
    {
        // The addresses of the host, read when the first flow is found: flows through this host to the same port elsewhere (53!) are
        // nobody's business here. The reference ends them as well.
        HashSet<IPAddress>? local = null;
        Forget(attachment, (mapping, flow) =>
            mapping.OnlyHostIP is { } only ? flow.Destination.Address.Equals(only)
            : IPAddress.IsLoopback(flow.Destination.Address) || (local ??= LocalAddresses()).Contains(flow.Destination.Address));
    }

    /// <summary>DEL: forgets the flows that were led to the container.</summary>
    public void ForgetOwn(PortmapAttachment attachment) => Forget(attachment, (_, flow) =>
        flow.ReplySource.Address.Equals((flow.ReplySource.AddressFamily == AddressFamily.InterNetwork ? attachment.IPv4 : attachment.IPv6)?.Address));

    private void Forget(PortmapAttachment attachment, Func<PortMapping, ConntrackEntry, bool> isMeant)
    {
        foreach (bool ipv4 in (ReadOnlySpan<bool>)[true, false])
        {
            if (attachment.Address(ipv4) is null)
                continue;
            foreach (var mapping in attachment.Mappings)
            {
                if (mapping.Protocol == "udp" && mapping.AppliesTo(ipv4))
                    Forget(ipv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, mapping, isMeant);
            }
        }
    }

    private void Forget(AddressFamily family, PortMapping mapping, Func<PortMapping, ConntrackEntry, bool> isMeant)
    {
        try
        {
            var socket = kernel.Netfilter("");
            foreach (var flow in socket.ConntrackList(family, ProtocolType.Udp, (ushort)mapping.HostPort))
            {
                if (isMeant(mapping, flow))
                    Delete(flow);
            }
        }
        catch (KernelException)
        {
            // A kernel that tracks nothing has nothing to forget; and flows end by themselves, only later.
        }
    }

    private void Delete(ConntrackEntry flow)
    {
        try
        {
            kernel.Netfilter("").ConntrackDelete(flow);
        }
        catch (NetlinkException e) when (e.IsNotFound)
        {
        }
    }

    private HashSet<IPAddress> LocalAddresses()
    {
        var addresses = new HashSet<IPAddress>();
        foreach (var address in kernel.Socket("").AddressList())
            addresses.Add(address.Local);
        return addresses;
    }
}
