using System.Net;
using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;

namespace MultiNet.Delegates.Masquerade;

/// <summary>DEL of the masquerading of one attachment, whose interface and namespace may be gone already.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="rules">The rules.</param>
/// <param name="context">The call.</param>
internal sealed class AttachmentMasquerade(NodeKernel kernel, IpMasquerade rules, PluginContext context)
{
    private readonly List<IPPrefix> _addresses = [];

    /// <summary>
    /// Notes the attachment's addresses, while they can be known: from the previous result, else from the interface. Without
    /// <c>ipMasq</c> nothing is asked for.
    /// </summary>
    public void Remember(CniResult? previous)
    {
        if (!context.Config.Bool("ipMasq"))
            return;
        foreach (var ip in IpamDelegate.AddressesOf(previous, context.Call))
            _addresses.Add(ip.Address);
        if (_addresses.Count > 0 || ContainerLink.TryEnter(kernel, context.Call.NetNs) is not { } socket || !socket.TryGetLink(context.Call.IfName, out var link))
            return;
        foreach (var address in socket.AddressList(link.Index))
        {
            if (address.Scope == Netlink.RouteScope.Universe)
                _addresses.Add(new IPPrefix(address.Local, address.PrefixLength));
        }
    }

    /// <summary>Takes the rules down; call it when the interface is gone.</summary>
    public void TearDown()
    {
        if (!context.Config.Bool("ipMasq"))
            return;
        // A backend that cannot be read is no reason to leave rules behind: then both are looked at.
        var backend = context.Config.String("ipMasqBackend") == "nftables" ? MasqueradeBackend.Nftables : MasqueradeBackend.Default;
        var names = new MasqueradeNames(context.NetworkName, context.Call.ContainerId, context.Call.IfName);
        rules.TearDown(backend, names, _addresses, IsInUse);
    }

    private bool IsInUse(IPAddress address)
    {
        if (ContainerLink.TryEnter(kernel, context.Call.NetNs) is not { } socket)
            return false;
        foreach (var present in socket.AddressList())
        {
            if (present.Local.Equals(address))
                return true;
        }
        return false;
    }
}
