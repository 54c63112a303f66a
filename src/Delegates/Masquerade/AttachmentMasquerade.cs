using System.Net;
using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Masquerade;

/// <summary>DEL of the masquerading of one attachment, whose interface and namespace may be gone already.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="rules">The rules.</param>
/// <param name="context">The call.</param>
internal sealed class AttachmentMasquerade(NodeKernel kernel, IpMasquerade rules, PluginContext context)
{
    /// <summary>Takes the rules down.</summary>
    /// <param name="backend">By what means they were put up; null for not at all: then nothing is asked for and nothing is started.</param>
    /// <param name="previous">The previous result, where there is one.</param>
    public void TearDown(MasqueradeBackend? backend, CniResult? previous)
    {
        if (backend is not { } known)
            return;
        var names = new MasqueradeNames(context.NetworkName, context.Call.ContainerId, context.Call.IfName);
        var socket = ContainerLink.TryEnter(kernel, context.Call.NetNs);
        int own = socket is not null && socket.TryGetLink(context.Call.IfName, out var link) ? link.Index : 0;
        rules.TearDown(known, names, Addresses(previous, socket, own), address => IsInUse(socket, own, address));
    }

    // From the previous result, else from the interface. None where both are gone: then the rules are found by their names.
    private List<IPPrefix> Addresses(CniResult? previous, RouteSocket? socket, int own)
    {
        var addresses = new List<IPPrefix>();
        foreach (var ip in IpamDelegate.AddressesOf(previous, context.Call))
            addresses.Add(ip.Address);
        if (addresses.Count > 0 || socket is null || own == 0)
            return addresses;
        foreach (var address in socket.AddressList(own))
        {
            if (address.Scope == RouteScope.Universe)
                addresses.Add(new IPPrefix(address.Local, address.PrefixLength));
        }
        return addresses;
    }

    private static bool IsInUse(RouteSocket? socket, int own, IPAddress address)
    {
        foreach (var present in socket?.AddressList() ?? [])
        {
            if (present.LinkIndex != own && present.Local.Equals(address))
                return true;
        }
        return false;
    }
}
