using System.Net;
using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Vrf;

/// <summary>
/// An interface that goes into a VRF or out of it. The kernel takes it down and up again meanwhile: its routes are lost, and its IPv6 addresses
/// unless <c>keep_addr_on_down</c> is set.
/// </summary>
/// <param name="socket">The socket of the container's namespace.</param>
/// <param name="link">The interface.</param>
internal sealed class VrfPort(RouteSocket socket, Link link)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(5);

    /// <summary>The interface's global IPv6 addresses.</summary>
    public List<IPPrefix> GlobalAddresses()
    {
        var addresses = new List<IPPrefix>();
        foreach (var address in socket.AddressList(link.Index, AddressFamily.InterNetworkV6))
        {
            if (address.Scope == RouteScope.Universe)
                addresses.Add(new IPPrefix(address.Local, address.PrefixLength));
        }
        return addresses;
    }

    /// <summary>The interface's routes in a table, without those that come back by themselves.</summary>
    public List<Route> RoutesIn(uint table)
    {
        var routes = new List<Route>();
        foreach (var route in socket.RouteList(new RouteFilter { Table = table, LinkIndex = link.Index, Type = RouteType.Unicast }))
        {
            if (route.Protocol != RouteProtocol.Kernel && Routes.IsOnlyOver(route, link.Index))
                routes.Add(route with { Flags = route.Flags & RouteFlags.OnLink });
        }
        return routes;
    }

    /// <summary>Changes the master and gives the interface back what it lost by that.</summary>
    /// <param name="master">Index of the VRF, or 0 for none.</param>
    /// <param name="table">The table in which the interface's routes are to be.</param>
    /// <param name="addresses">The addresses.</param>
    /// <param name="routes">The routes, of whatever table.</param>
    /// <exception cref="KernelException">The kernel refused.</exception>
    /// <exception cref="CniException">An address does not become usable.</exception>
    public void Move(int master, uint table, IReadOnlyList<IPPrefix> addresses, IReadOnlyList<Route> routes)
    {
        socket.LinkSet(link.Index, new LinkChange { MasterIndex = master });
        var present = GlobalAddresses();
        foreach (var address in addresses)
        {
            if (present.Contains(address))
                continue;
            // Looking for duplicates again would take a second, with the same answer.
            socket.AddressAdd(link.Index, new InterfaceAddress { Local = address.Address, PrefixLength = address.Length, Flags = AddressFlags.NoDuplicateDetection });
        }
        foreach (var address in addresses)
            WaitFor(address, master == 0 ? RouteTable.Local : table);
        // A gateway is found by the routes on the link.
        foreach (bool onLink in (ReadOnlySpan<bool>)[true, false])
        {
            foreach (var route in routes)
            {
                if (onLink == (route.Gateway is null && route.NextHops is null))
                    Add(route with { Table = table });
            }
        }
    }

    // The main table has other networks' routes, too, which stay and come first; a VRF's routes are of its ports.
    private void Add(Route route)
    {
        try
        {
            socket.RouteAdd(route, route.Table == RouteTable.Main ? RouteAddMode.Append : RouteAddMode.Replace);
        }
        catch (NetlinkException e) when (e.IsExists)
        {
        }
    }

    // The kernel makes the address's own route in its own time. Until then, routes with this source are refused.
    private void WaitFor(IPPrefix address, uint table)
    {
        var own = Routes.ToNetwork(IPPrefix.Host(address.Address));
        var deadline = Deadline.After(s_limit);
        while (!Leads(own, table))
        {
            // Without carrier it does not come, and that is not the VRF's fault.
            const LinkFlags running = LinkFlags.Up | LinkFlags.LowerUp;
            if ((socket.LinkGet(link.Index).Flags & running) != running)
                return;
            if (deadline.HasPassed)
                throw new CniException(CniErrorCode.Internal, $"failed getting local/host addresses for {link.Name} in table {table} with dst {address}");
            Thread.Sleep(s_interval);
        }
    }

    private bool Leads(IPNetwork destination, uint table)
    {
        foreach (var route in socket.RouteList(new RouteFilter { Table = table, Family = AddressFamily.InterNetworkV6 }))
        {
            if (route.Destination.Equals(destination))
                return true;
        }
        return false;
    }
}
