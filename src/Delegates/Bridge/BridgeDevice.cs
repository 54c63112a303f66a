using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bridge;

/// <summary>The bridge itself: made where it is missing, brought to what the configuration needs where it is there.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="config">The configuration.</param>
internal sealed class BridgeDevice(NodeKernel kernel, BridgeConfig config)
{
    private RouteSocket Host => kernel.Socket("");

    /// <summary>Makes or completes the bridge.</summary>
    /// <exception cref="CniException">Something else has the name, or the kernel refused.</exception>
    public Link Ensure()
    {
        string what = $"failed to create bridge \"{config.Bridge}\"";
        try
        {
            return Host.TryGetLink(config.Bridge, out var found) ? Adopt(found) : Create();
        }
        catch (KernelException e)
        {
            throw KernelFailure.Of(e, what);
        }
        catch (CniException e)
        {
            throw e.Prefixed($"{what}: ");
        }
    }

    /// <summary>The bridge of the configuration, or null where there is none.</summary>
    /// <exception cref="CniException">Something else has the name.</exception>
    public Link? Find() => Host.TryGetLink(config.Bridge, out var found) ? MustBeBridge(found) : null;

    private Link Create()
    {
        Link made;
        try
        {
            made = Host.LinkAdd(new BridgeSpec
            {
                Name = config.Bridge,
                Mtu = config.Mtu == 0 ? null : config.Mtu,
                // Or the bridge would take the lowest address among its ports, and change it as they come and go.
                MacAddress = MacAddress.Random(),
                Promiscuous = config.PromiscMode,
                Bridge = config.VlanFiltering ? new BridgeSettings { VlanFiltering = true } : null,
            });
        }
        catch (NetlinkException e) when (e.IsExists)
        {
            // Another ADD was faster.
            return Adopt(Host.LinkGet(config.Bridge));
        }
        catch (NetlinkException e) when (config.VlanFiltering)
        {
            throw NoVlanFiltering(e);
        }
        HostSysctl.IgnoreRouterAdvertisements(config.Bridge);
        Host.LinkSet(made.Index, new LinkChange { Up = true });
        return made;
    }

    private Link Adopt(Link found)
    {
        MustBeBridge(found);
        HostSysctl.IgnoreRouterAdvertisements(found.Name);
        bool promiscuous = config.PromiscMode && (found.Flags & LinkFlags.Promiscuous) == 0;
        // The reference leaves a bridge that was made without VLANs as it is, and the container without its VLAN.
        bool filtering = config.VlanFiltering && found.Bridge?.VlanFiltering != true;
        if (found.IsUp && !promiscuous && !filtering)
            return found;
        try
        {
            Host.LinkSet(found.Index, new LinkChange
            {
                Up = true,
                Promiscuous = promiscuous ? true : null,
                Bridge = filtering ? new BridgeSettings { VlanFiltering = true } : null,
            });
        }
        catch (NetlinkException e) when (filtering)
        {
            throw NoVlanFiltering(e);
        }
        return found;
    }

    private static Link MustBeBridge(Link found) => found.Kind == "bridge"
        ? found
        : throw new CniException(
            CniErrorCode.Internal, $"\"{found.Name}\" already exists but is not a bridge",
            $"It is {(found.Kind.Length == 0 ? "a network card" : $"of kind {found.Kind}")}. Choose another name in \"bridge\".");

    private static CniException NoVlanFiltering(NetlinkException error) => new(
        CniErrorCode.Internal, $"the bridge cannot filter VLANs: {error.Message}",
        "\"vlan\" and \"vlanTrunk\" need a kernel with bridge VLAN filtering (CONFIG_BRIDGE_VLAN_FILTERING).", error);
}
