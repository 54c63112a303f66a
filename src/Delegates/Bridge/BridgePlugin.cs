using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.Masquerade;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bridge;

/// <summary>
/// The plugin <c>bridge</c>: a veth pair between the container and a bridge on the host; with IPAM also addresses, gateway, forwarding
/// and masquerading. docs/plugins/bridge.md tells keys and differences from the reference.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
/// <param name="toolPath">Where to look for the tools of iptables; null for the usual places.</param>
internal sealed partial class BridgePlugin(NodeKernel kernel, string? toolPath = null) : IPlugin
{
    // Places in the result.
    private const int ContainerIndex = 2;

    private readonly IpMasquerade _masquerade = new(kernel, toolPath);

    /// <inheritdoc/>
    public string Type => "bridge";

    /// <inheritdoc/>
    public string About => "CNI bridge plugin of MultiNet: connects containers to a bridge on the host";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    private RouteSocket Host => kernel.Socket("");

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        var config = BridgeConfig.Read(context);
        var rollback = new Rollback();
        try
        {
            return Attach(context, config, rollback);
        }
        catch (KernelException e)
        {
            rollback.Run();
            throw KernelFailure.Of(e, $"failed to attach \"{context.Call.IfName}\" to bridge \"{config.Bridge}\"");
        }
        catch
        {
            rollback.Run();
            throw;
        }
    }

    private CniResult Attach(PluginContext context, BridgeConfig config, Rollback rollback)
    {
        var call = context.Call;
        var container = EnterContainer(call.NetNs);
        var bridge = new BridgeDevice(kernel, config).Ensure();
        new HostRules(config.Masquerade.Enabled && config.IsLayer3 ? config.Masquerade.Backend : null, config.MacSpoofCheck)
            .Write(kernel.Records(Type), context, rollback);
        var veth = VethPair.Create(kernel, call.NetNs, call.IfName, config.Mtu, config.Mac, bridge.Index, call.LinkGroup);
        rollback.Add(() => Host.LinkDelete(veth.Host.Index));
        BridgePort.Configure(Host, veth.Host, config);
        if (config.MacSpoofCheck)
        {
            var spoofCheck = new MacSpoofCheck(kernel, call.ContainerId, call.IfName);
            rollback.Add(spoofCheck.TearDown);
            spoofCheck.SetUp(veth.Host.Name, veth.Container.MacAddress);
        }

        var result = new CniResult
        {
            Interfaces =
            [
                new CniInterface { Name = bridge.Name },
                new CniInterface { Name = veth.Host.Name },
                new CniInterface { Name = veth.Container.Name, Mac = veth.Container.MacAddress.ToString(), Sandbox = call.NetNs },
            ],
        };
        if (config.IsLayer3)
            result = AssignAddresses(context, config, bridge, veth.Container, result, rollback);
        else if (!config.DisableContainerInterface)
            container.LinkSet(veth.Container.Index, new LinkChange { Up = true });

        var port = config.DisableContainerInterface ? Host.LinkGet(veth.Host.Index) : BridgePort.WaitUntilUp(Host, veth.Host);
        return (config.Dns is { } dns ? result with { Dns = dns } : result) with
        {
            Interfaces = Describe(result.Interfaces, Host.LinkGet(bridge.Index), port, veth.Container, withMtu: context.CniVersion == CniVersion.Latest),
        };
    }

    private CniResult AssignAddresses(PluginContext context, BridgeConfig config, Link bridge, Link container, CniResult result, Rollback rollback)
    {
        var call = context.Call;
        var assigned = IpamDelegate.Add(context, rollback);
        var completed = Gateways.Of(assigned, config, ContainerIndex);
        result = result with { IPs = completed.IPs, Routes = completed.Routes, Dns = assigned.Dns };
        // The gateway first, so that it is there when the container announces itself.
        if (config.IsGateway)
            result = new GatewayInterface(kernel, config).Ensure(bridge, completed.Addresses, result);
        new ContainerInterface(kernel, call.NetNs, container)
        {
            DuplicateDetection = config.EnableDad,
            WriteDadSysctls = true,
            ArpNotify = true,
        }.Configure(result);
        if (config.Masquerade.Enabled)
        {
            var names = new MasqueradeNames(context.NetworkName, call.ContainerId, call.IfName);
            var addresses = AddressesOf(completed.IPs);
            // What another attachment of the container to this network has in the same chain stays.
            rollback.Add(() => new AttachmentMasquerade(kernel, _masquerade, context).TearDown(config.Masquerade.Backend, previous: null));
            _masquerade.SetUp(config.Masquerade.Backend, names, addresses);
        }
        return result;
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

    // The addresses and MTUs as they are at the end: a bridge may take those of its ports.
    private static List<CniInterface> Describe(IReadOnlyList<CniInterface> interfaces, Link bridge, Link port, Link container, bool withMtu)
    {
        var described = new List<CniInterface>(interfaces)
        {
            [0] = interfaces[0] with { Mac = bridge.MacAddress.ToString(), Mtu = withMtu ? bridge.Mtu : 0 },
            [1] = interfaces[1] with { Mac = port.MacAddress.ToString(), Mtu = withMtu ? port.Mtu : 0 },
        };
        described[ContainerIndex] = described[ContainerIndex] with { Mtu = withMtu ? container.Mtu : 0 };
        return described;
    }

    private static List<IPPrefix> AddressesOf(IReadOnlyList<CniIP> ips)
    {
        var addresses = new List<IPPrefix>(ips.Count);
        foreach (var ip in ips)
            addresses.Add(ip.Address);
        return addresses;
    }
}
