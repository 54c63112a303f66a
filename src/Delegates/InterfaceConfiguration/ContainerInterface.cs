using System.Net;
using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.InterfaceConfiguration;

/// <summary>
/// Gives an interface in a container what IPAM assigned: addresses and routes, and the kernel parameters that they need. The
/// reference's pkg/ipam does the same, and leaves the MTU and segment size of routes out.
/// </summary>
/// <param name="kernel">The kernel.</param>
/// <param name="netns">The container's namespace.</param>
/// <param name="link">The interface.</param>
internal sealed class ContainerInterface(NodeKernel kernel, string netns, Link link)
{
    /// <summary>Are IPv6 addresses checked for duplicates? If not, they can be used at once.</summary>
    public bool DuplicateDetection { get; init; }

    /// <summary>Is <c>accept_dad</c> written (bridge), or left as it is (ptp)?</summary>
    public bool WriteDadSysctls { get; init; }

    /// <summary>Is <c>arp_notify</c> set, so that neighbours learn of the address at once?</summary>
    public bool ArpNotify { get; init; }

    /// <summary>Is <c>ndisc_notify</c> set, which is the same for IPv6?</summary>
    public bool NdiscNotify { get; init; }

    /// <summary>Sets the parameters, then adds addresses and routes and brings the interface up, with one message block.</summary>
    /// <param name="result">The result; its addresses for this interface name it by index.</param>
    /// <param name="more">Adds what the plugin wants behind it to the same block.</param>
    /// <exception cref="CniException">An address names another interface, or the kernel refused.</exception>
    public void Configure(CniResult result, Action<RouteBatch>? more = null)
    {
        bool ipv6 = false;
        IPAddress? gateway4 = null, gateway6 = null;
        foreach (var ip in result.IPs)
        {
            if (ip.Interface is not { } index)
                continue;
            if (index < 0 || index >= result.Interfaces.Count || result.Interfaces[index].Name != link.Name)
                throw new CniException(CniErrorCode.Internal, $"failed to add IP addr {ip.Address} to \"{link.Name}\": invalid interface index");
            ipv6 |= !ip.Address.IsIPv4;
            if (ip.Gateway is { } gateway)
                _ = gateway.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? gateway4 ??= gateway : gateway6 ??= gateway;
        }
        SetSysctls(ipv6);
        var batch = kernel.Socket(netns).NewBatch();
        foreach (var ip in result.IPs)
        {
            if (ip.Interface is not null)
                batch.AddressAdd(link.Index, Address(ip.Address));
        }
        batch.LinkSet(link.Index, new LinkChange { Up = true });
        foreach (var route in result.Routes)
            batch.RouteAdd(Routes.ToKernel(route, link.Index, route.Dst.IsIPv4 ? gateway4 : gateway6), RouteAddMode.Beside);
        more?.Invoke(batch);
        KernelFailure.Describe($"failed to configure \"{link.Name}\" in {netns}", batch.Send);
        if (ipv6 && DuplicateDetection)
            AddressSettling.Wait(kernel.Socket(netns), link);
        else if (ipv6 && NdiscNotify)
            Announce(result);
    }

    // The kernel announces an IPv6 address only when it has looked for duplicates of it, whatever ndisc_notify says. Neighbours may remember
    // it at another pod; whether they hear of it is no reason to fail.
    private void Announce(CniResult result)
    {
        var addresses = new List<IPAddress>();
        foreach (var ip in result.IPs)
        {
            if (ip.Interface is not null && !ip.Address.IsIPv4)
                addresses.Add(ip.Address.Address);
        }
        try
        {
            NeighborAnnouncement.Send(kernel.Namespace(netns), link, addresses);
        }
        catch (KernelException)
        {
        }
    }

    private InterfaceAddress Address(IPPrefix address) => new()
    {
        Local = address.Address,
        PrefixLength = address.Length,
        Flags = address.IsIPv4 || DuplicateDetection ? AddressFlags.None : AddressFlags.NoDuplicateDetection,
    };

    // One visit to the namespace for all of them.
    private void SetSysctls(bool ipv6)
    {
        if (!WriteDadSysctls && !ArpNotify && !NdiscNotify && !ipv6)
            return;
        kernel.Namespace(netns).Run(() =>
        {
            string conf = $"net/ipv6/conf/{link.Name}/";
            if (WriteDadSysctls)
            {
                if (DuplicateDetection)
                    TryWrite(conf + "enhanced_dad", "1");
                TryWrite(conf + "accept_dad", DuplicateDetection ? "1" : "0");
            }
            if (ArpNotify)
                TryWrite($"net/ipv4/conf/{link.Name}/arp_notify", "1");
            if (NdiscNotify)
                TryWrite(conf + "ndisc_notify", "1");
            if (ipv6)
                EnableIPv6(conf);
        });
    }

    private void EnableIPv6(string conf)
    {
        foreach (string name in (ReadOnlySpan<string>)["lo", link.Name])
        {
            string sysctl = $"net/ipv6/conf/{name}/disable_ipv6";
            if (!HostSysctl.TryRead(sysctl, out string value) || value == "0")
                continue;
            KernelFailure.Describe($"failed to enable IPv6 for interface \"{name}\" ({sysctl}={value})", () => Sysctl.Write(sysctl, "0"));
        }
        // Or the addresses would be gone when somebody takes the interface down and up again.
        KernelFailure.Describe($"failed to enable keep_addr_on_down for interface \"{link.Name}\"", () => Sysctl.Write(conf + "keep_addr_on_down", "1"));
    }

    // What the reference tries without insisting: the kernel may be without IPv6.
    private static void TryWrite(string name, string value)
    {
        try
        {
            Sysctl.Write(name, value);
        }
        catch (KernelException)
        {
        }
    }
}
