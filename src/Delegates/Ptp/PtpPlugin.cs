using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.Masquerade;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Ptp;

/// <summary>
/// The plugin <c>ptp</c>: a veth pair over which the container reaches everything, its own subnet included, through the host.
/// docs/plugins/ptp.md tells keys and differences from the reference.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
/// <param name="toolPath">Where to look for the tools of iptables; null for the usual places.</param>
internal sealed partial class PtpPlugin(NodeKernel kernel, string? toolPath = null) : IPlugin
{
    // Place in the result.
    private const int ContainerIndex = 1;

    private readonly IpMasquerade _masquerade = new(kernel, toolPath);

    /// <inheritdoc/>
    public string Type => "ptp";

    /// <inheritdoc/>
    public string About => "CNI ptp plugin of MultiNet: a routed veth pair between container and host";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    private RouteSocket Host => kernel.Socket("");

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        var config = PtpConfig.Read(context);
        var rollback = new Rollback();
        try
        {
            return Attach(context, config, rollback);
        }
        catch (KernelException e)
        {
            rollback.Run();
            throw KernelFailure.Of(e, $"failed to connect \"{context.Call.IfName}\"");
        }
        catch
        {
            rollback.Run();
            throw;
        }
    }

    private CniResult Attach(PluginContext context, PtpConfig config, Rollback rollback)
    {
        var call = context.Call;
        var container = EnterContainer(call.NetNs);
        // Before IPAM is asked: undoing its ADD would release the address of the attachment that is there.
        if (container.TryGetLink(call.IfName, out _))
        {
            throw new CniException(
                CniErrorCode.Internal, $"container veth name (\"{call.IfName}\") already exists",
                $"The interface \"{call.IfName}\" exists in {call.NetNs} already: ADD was called twice without DEL, or another network made it.");
        }
        new HostRules(config.Masquerade.Enabled ? config.Masquerade.Backend : null, MacSpoofCheck: false).Write(kernel.Records(Type), context, rollback);
        var assigned = IpamDelegate.Add(context, rollback);
        var ips = new List<CniIP>();
        foreach (var ip in assigned.IPs)
            ips.Add(WithGateway(ip, context.IpamType) with { Interface = ContainerIndex });
        EnableForwarding(ips);

        var veth = VethPair.Create(kernel, call.NetNs, call.IfName, config.Mtu, null, null, call.LinkGroup);
        rollback.Add(() => Host.LinkDelete(veth.Host.Index));
        bool withMtu = context.CniVersion == CniVersion.Latest;
        var result = new CniResult
        {
            Interfaces = [Describe(veth.Host, "", withMtu), Describe(veth.Container, call.NetNs, withMtu)],
            IPs = ips,
            Routes = assigned.Routes,
            Dns = config.Dns ?? assigned.Dns,
        };
        new ContainerInterface(kernel, call.NetNs, veth.Container).Configure(result, batch => RouteThroughGateways(batch, veth.Container, ips));
        ConfigureHost(veth.Host, ips);
        if (config.Masquerade.Enabled)
        {
            var names = new MasqueradeNames(context.NetworkName, call.ContainerId, call.IfName);
            var addresses = AddressesOf(ips);
            // What another attachment of the container to this network has in the same chain stays.
            rollback.Add(() => new AttachmentMasquerade(kernel, _masquerade, context).TearDown(config.Masquerade.Backend, previous: null));
            _masquerade.SetUp(config.Masquerade.Backend, names, addresses);
        }
        return result;
    }

    private static CniIP WithGateway(CniIP ip, string ipamType) => ip.Gateway is not null
        ? ip
        : throw new CniException(
            CniErrorCode.Internal, $"IPAM plugin returned no gateway for {ip.Address}",
            $"ptp routes everything through the gateway's address, which the host gets. Configure a gateway for the IPAM plugin \"{ipamType}\".");

    private static void EnableForwarding(List<CniIP> ips)
    {
        foreach (bool ipv4 in (ReadOnlySpan<bool>)[true, false])
        {
            if (ips.Exists(ip => ip.Address.IsIPv4 == ipv4))
                KernelFailure.Describe("Could not enable IP forwarding", () => HostSysctl.EnableForwarding(ipv4));
        }
    }

    // The kernel has made a route to the subnet on the link; but there is nobody there except the gateway.
    private static void RouteThroughGateways(RouteBatch batch, Link link, List<CniIP> ips)
    {
        foreach (var ip in ips)
        {
            var subnet = Routes.ToNetwork(ip.Address);
            // A subnet of one address has no such route; the gateway's own would be the same as its subnet's.
            bool hasSubnet = ip.Address.Length < ip.Address.MaxLength;
            if (hasSubnet)
                batch.RouteDelete(new Route { Destination = subnet, LinkIndex = link.Index });
            batch.RouteAdd(new Route
            {
                Destination = Routes.ToNetwork(IPPrefix.Host(ip.Gateway!)),
                LinkIndex = link.Index,
                Scope = RouteScope.Link,
                Source = ip.Address.Address,
            });
            if (hasSubnet)
                batch.RouteAdd(new Route { Destination = subnet, LinkIndex = link.Index, Gateway = ip.Gateway, Source = ip.Address.Address });
        }
    }

    private void ConfigureHost(Link link, List<CniIP> ips)
    {
        var batch = Host.NewBatch();
        foreach (var ip in ips)
        {
            var gateway = IPPrefix.Host(ip.Gateway!);
            batch.AddressReplace(link.Index, new InterfaceAddress
            {
                Local = gateway.Address,
                PrefixLength = gateway.Length,
                Flags = ip.Address.IsIPv4 ? AddressFlags.None : AddressFlags.NoDuplicateDetection,
            });
            batch.RouteAdd(new Route
            {
                Destination = Routes.ToNetwork(IPPrefix.Host(ip.Address.Address)),
                LinkIndex = link.Index,
                Scope = RouteScope.Host,
            });
        }
        KernelFailure.Describe($"failed to configure \"{link.Name}\" on the host", batch.Send);
    }

    private RouteSocket EnterContainer(string netns)
    {
        try
        {
            return kernel.Socket(netns);
        }
        catch (KernelException e)
        {
            throw KernelFailure.NetNs(e, netns);
        }
    }

    private static CniInterface Describe(Link link, string sandbox, bool withMtu) =>
        new() { Name = link.Name, Mac = link.MacAddress.ToString(), Sandbox = sandbox, Mtu = withMtu ? link.Mtu : 0 };

    private static List<IPPrefix> AddressesOf(IReadOnlyList<CniIP> ips)
    {
        var addresses = new List<IPPrefix>(ips.Count);
        foreach (var ip in ips)
            addresses.Add(ip.Address);
        return addresses;
    }
}
