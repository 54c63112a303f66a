using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.Masquerade;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bridge;

/// <content>CHECK.</content>
internal sealed partial class BridgePlugin
{
    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        var config = BridgeConfig.Read(context);
        var call = context.Call;
        var socket = EnterContainer(call.NetNs);
        // The reference asks IPAM even where there is none, so that its CHECK fails for every interface without addresses.
        if (config.IsLayer3)
            context.InvokeIpam(CniVerb.Check);
        var previous = InterfaceCheck.RequirePrevResult(context);
        try
        {
            var bridge = CheckBridge(config, previous);
            var container = InterfaceCheck.ContainerVeth(socket, InterfaceCheck.FindContainer(previous, call));
            if (!container.IsUp && !config.DisableContainerInterface)
                throw InterfaceCheck.Failed($"Interface {container.Name} is down", $"ADD set it up in {call.NetNs}.");
            var port = InterfaceCheck.HostVeth(Host, container, previous);
            if (port is null || port.MasterIndex != bridge.Index)
            {
                throw InterfaceCheck.Failed(
                    $"CNI veth created for bridge {config.Bridge} was not found",
                    port is null ? $"No interface of prevResult is the other end of {container.Name}." : $"{port.Name} is no port of {config.Bridge}.");
            }
            BridgePort.Check(Host, port, config);
            if (config.MacSpoofCheck)
                new MacSpoofCheck(kernel, call.ContainerId, call.IfName).Check(port.Name);
            CheckAddresses(context, config, bridge, socket, container, previous);
        }
        catch (KernelException e)
        {
            throw KernelFailure.Of(e, $"failed to check \"{call.IfName}\"");
        }
    }

    private Link CheckBridge(BridgeConfig config, CniResult previous)
    {
        CniInterface? expected = null;
        foreach (var candidate in previous.Interfaces)
        {
            if (candidate.Name == config.Bridge && candidate.Sandbox.Length == 0)
                expected = candidate;
        }
        if (expected is null)
            throw InterfaceCheck.Failed($"CNI created bridge {config.Bridge} in host namespace was not found", "prevResult does not name it.");
        if (!Host.TryGetLink(config.Bridge, out var bridge))
            throw InterfaceCheck.Failed($"Interface name {config.Bridge} not found");
        if (bridge.Kind != "bridge")
            throw InterfaceCheck.Failed($"Interface {config.Bridge} does not have link type of bridge");
        if (!bridge.IsUp)
            throw InterfaceCheck.Failed($"Bridge interface {config.Bridge} is down");
        // Only a gateway has to keep its address; a bridge that somebody else made changes it with its ports. That of a VLAN is not the bridge.
        if (config.IsGateway && config.Vlan == 0 && expected.Mac.Length > 0 && expected.Mac != bridge.MacAddress.ToString())
            throw InterfaceCheck.Failed($"Bridge interface {config.Bridge} Mac doesn't match: {expected.Mac}", $"It is {bridge.MacAddress}.");
        bool promiscuous = (bridge.Flags & LinkFlags.Promiscuous) != 0;
        // Promiscuous without being asked is somebody else's wish, and harms nobody.
        if (config.PromiscMode && !promiscuous)
            throw InterfaceCheck.Failed($"Bridge interface {config.Bridge} configured Promisc Mode True doesn't match current state: False ");
        if (config.VlanFiltering && bridge.Bridge?.VlanFiltering != true)
            throw InterfaceCheck.Failed($"Bridge interface {config.Bridge} does not filter VLANs");
        return bridge;
    }

    private void CheckAddresses(PluginContext context, BridgeConfig config, Link bridge, RouteSocket socket, Link container, CniResult previous)
    {
        if (!config.IsLayer3)
            return;
        var own = IpamDelegate.AddressesOf(previous, context.Call);
        InterfaceCheck.Addresses(socket, container, own);
        InterfaceCheck.ExpectedRoutes(socket, previous.Routes);
        if (config.IsGateway)
            new GatewayInterface(kernel, config).Check(bridge, own);
        if (config.Masquerade.Enabled && own.Count > 0)
            _masquerade.Check(config.Masquerade.Backend, new MasqueradeNames(context.NetworkName, context.Call.ContainerId, context.Call.IfName), AddressesOf(own));
    }
}
