using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.SingleInterface;

/// <summary>Which interface is the master: the one on which the container's interface stands.</summary>
/// <param name="Name"><c>master</c>; "" for that of the default route.</param>
/// <param name="InContainer"><c>linkInContainer</c>: it is in the container, not on the host.</param>
internal sealed record MasterSetting(string Name, bool InContainer)
{
    /// <summary>Reads the keys.</summary>
    /// <exception cref="CniException">Code 6: another type. Code 7: <c>master</c> can be no interface's name.</exception>
    public static MasterSetting Read(PluginContext context)
    {
        string name = context.Config.String("master");
        return new MasterSetting(name.Length == 0 ? "" : LinkSettings.CheckInterfaceName(name, "master"), context.Config.Bool("linkInContainer"));
    }

    /// <summary>Finds the master.</summary>
    /// <param name="socket">The socket of the namespace that it is in.</param>
    /// <exception cref="CniException">There is none of this name, or no default route.</exception>
    public Link Find(RouteSocket socket)
    {
        if (Name.Length == 0)
            return OfDefaultRoute(socket);
        try
        {
            return socket.LinkGet(Name);
        }
        catch (NetlinkException e) when (e.IsNotFound)
        {
            throw new CniException(
                CniErrorCode.Internal, $"failed to lookup master \"{Name}\": Link not found",
                $"There is no interface \"{Name}\" {Place}. Check \"master\"{(InContainer ? " and \"linkInContainer\"" : "")}.", e);
        }
    }

    /// <summary>Checks that an interface on the master may have an MTU.</summary>
    /// <exception cref="CniException">Code 7: it is negative or larger than the master's.</exception>
    public static void CheckMtu(int mtu, Link master)
    {
        if (mtu < 0 || mtu > master.Mtu)
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"invalid MTU {mtu}, must be [0, master MTU({master.Mtu})]",
                $"The master \"{master.Name}\" has the MTU {master.Mtu}; 0, the default, takes that over.");
        }
    }

    private string Place => InContainer ? "in the container" : "on the host";

    // IPv4 before IPv6, and the kernel's order within: the one that it would use.
    private Link OfDefaultRoute(RouteSocket socket)
    {
        foreach (var route in socket.RouteList(new RouteFilter()))
        {
            if (!route.IsDefault || route.Type is not (null or RouteType.Unicast))
                continue;
            int index = route.LinkIndex != 0 ? route.LinkIndex : route.NextHops is [var hop, ..] ? hop.LinkIndex : 0;
            if (index != 0 && socket.TryGetLink(index, out var link))
                return link;
        }
        throw new CniException(
            CniErrorCode.Internal, "no default route interface found",
            $"\"master\" is not set, and there is no default route {Place} that names an interface.");
    }
}
