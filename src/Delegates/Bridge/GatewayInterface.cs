using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bridge;

/// <summary>
/// Where the gateway's addresses stand: on the bridge itself; with a VLAN on <c>BRIDGE.VLAN</c>, one end of a veth pair on the host
/// whose other end is a port of the bridge in that VLAN.
/// </summary>
/// <param name="kernel">The kernel.</param>
/// <param name="config">The configuration.</param>
internal sealed class GatewayInterface(NodeKernel kernel, BridgeConfig config)
{
    private RouteSocket Host => kernel.Socket("");

    /// <summary>The name of the interface that has the gateway's addresses.</summary>
    public string Name => config.Vlan == 0 ? config.Bridge : $"{config.Bridge}.{config.Vlan}";

    /// <summary>Gives the host the gateway's addresses and lets it forward.</summary>
    /// <returns>The result, with the VLAN's gateway interface where there is one.</returns>
    /// <exception cref="CniException">There are other addresses, or the kernel refused.</exception>
    public CniResult Ensure(Link bridge, IReadOnlyList<IPPrefix> addresses, CniResult result)
    {
        var link = config.Vlan == 0 ? bridge : EnsureVlanInterface(bridge);
        bool isNew = false, ipv4 = false, ipv6 = false;
        foreach (var address in addresses)
        {
            try
            {
                isNew |= InterfaceAddresses.Ensure(Host, link, address, config.ForceAddress);
            }
            catch (CniException e)
            {
                throw e.Prefixed(config.Vlan == 0 ? "failed to set bridge addr: " : "failed to set vlan interface for bridge with addr: ");
            }
            ipv4 |= address.IsIPv4;
            ipv6 |= !address.IsIPv4;
        }
        // A bridge that somebody else made takes its ports' addresses, unless it is given one: a gateway must keep it.
        if (isNew && config.Vlan == 0)
            KernelFailure.Describe("could not set bridge's mac", () => Host.LinkSet(link.Index, new LinkChange { MacAddress = link.MacAddress }));
        KernelFailure.Describe("failed to enable forwarding", () =>
        {
            if (ipv4)
                HostSysctl.EnableForwarding(ipv4: true);
            if (ipv6)
                HostSysctl.EnableForwarding(ipv4: false);
        });
        return config.Vlan == 0
            ? result
            : result with { Interfaces = [.. result.Interfaces, new CniInterface { Name = link.Name, Mac = link.MacAddress.ToString() }] };
    }

    /// <summary>Has the host the gateways' addresses, on an interface in the VLAN, and does it forward?</summary>
    /// <exception cref="CniException">It has not, or does not.</exception>
    public void Check(Link bridge, IReadOnlyList<CniIP> ips)
    {
        var link = bridge;
        if (config.Vlan != 0 && !Host.TryGetLink(Name, out link))
            throw new CniException(CniErrorCode.Internal, $"Interface name {Name} not found", "The gateway of the VLAN is missing on the host.");
        if (config.Vlan != 0)
            CheckVlanInterface(bridge, link!);
        var present = Host.AddressList(link!.Index);
        foreach (var ip in ips)
        {
            if (ip.Gateway is not { } gateway)
                continue;
            bool found = false;
            foreach (var address in present)
                found |= address.Local.Equals(gateway) && address.PrefixLength == ip.Address.Length;
            if (!found)
                throw new CniException(CniErrorCode.Internal, $"Failed to match addr {gateway}/{ip.Address.Length} on interface {link.Name}", "The gateway's address is missing on the host.");
            HostSysctl.CheckForwarding(ip.Address.IsIPv4);
        }
    }

    /// <summary>
    /// GC: deletes the VLAN's gateway interface when no other port of the bridge is in the VLAN, of whatever network. (Only here, where
    /// the runtime promises that no ADD is under way: an ADD could have found the interface and be about to use it.)
    /// </summary>
    public void CollectGarbage()
    {
        if (config.Vlan == 0 || !config.IsGateway || !Host.TryGetLink(Name, out var gateway) || gateway.Kind != "veth")
            return;
        if (!Host.TryGetLink(config.Bridge, out var bridge))
            return;
        foreach (var port in Host.LinkList())
        {
            if (port.MasterIndex == bridge.Index && port.Index != gateway.ParentIndex && PortVlans.Holds(Host.BridgeVlanList(port.Index), config.Vlan))
                return;
        }
        Host.LinkDelete(gateway.Index);
    }

    // The far end of the pair is a port in the gateway's VLAN and in no other.
    private BridgeConfig PortConfig => config with { HairpinMode = false, PortIsolation = false, TrunkVlans = [] };

    private Link EnsureVlanInterface(Link bridge)
    {
        if (Host.TryGetLink(Name, out var found))
            return Complete(bridge, found);
        try
        {
            // The far end is made a port of the bridge, the near end keeps the name.
            var veth = VethPair.Create(kernel, "", Name, bridge.Mtu, null, bridge.Index, 0);
            BridgePort.Configure(Host, veth.Host, PortConfig);
            // Or a container could tell the host where its traffic goes.
            HostSysctl.IgnoreRouterAdvertisements(Name);
            Host.LinkSet(veth.Container.Index, new LinkChange { Up = true });
            return veth.Container;
        }
        catch (Exception e) when (e is CniException or KernelException && Host.TryGetLink(Name, out found))
        {
            // Another ADD was faster, or it stands half done.
            return Complete(bridge, found);
        }
        catch (CniException e)
        {
            throw e.Prefixed($"failed to create vlan gateway \"{Name}\": ");
        }
    }

    // What an ADD that was killed left half done, or another one is just about to do: a gateway in the wrong VLAN answers nobody.
    private Link Complete(Link bridge, Link gateway)
    {
        if (PortOf(bridge, gateway) is { } port && PortVlans.FindMissing(Host.BridgeVlanList(port.Index), PortVlans.Wanted(PortConfig)) is not null)
            BridgePort.Configure(Host, port, PortConfig);
        HostSysctl.IgnoreRouterAdvertisements(Name);
        if (!gateway.IsUp)
            Host.LinkSet(gateway.Index, new LinkChange { Up = true });
        return gateway;
    }

    private void CheckVlanInterface(Link bridge, Link gateway)
    {
        if (!gateway.IsUp)
            throw new CniException(CniErrorCode.Internal, $"Interface {Name} is down", "It is the gateway of the VLAN; ADD set it up.");
        // Any other kind is somebody's own way into the VLAN, such as a VLAN interface on the bridge.
        if (gateway.Kind != "veth")
            return;
        var port = PortOf(bridge, gateway)
            ?? throw new CniException(CniErrorCode.Internal, $"Interface {Name} is not connected with bridge {config.Bridge}", "The other end of the veth pair is no port of the bridge.");
        BridgePort.CheckVlans(Host, port, PortConfig);
    }

    private Link? PortOf(Link bridge, Link gateway) =>
        gateway.Kind == "veth" && gateway.ParentNamespaceId is null && Host.TryGetLink(gateway.ParentIndex, out var port) && port.MasterIndex == bridge.Index
            ? port
            : null;
}
