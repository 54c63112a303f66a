using System.Net;
using System.Net.Sockets;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <content>Routes.</content>
public sealed partial class RouteSocket
{
    /// <summary>Adds a route.</summary>
    /// <exception cref="NetlinkException">
    /// EEXIST: there is one. ENETUNREACH: the gateway is on no link. ENODEV: no such interface. ENETDOWN: it is down.
    /// </exception>
    public void RouteAdd(Route route, RouteAddMode mode = RouteAddMode.Exclusive) => NewBatch().RouteAdd(route, mode).Send();

    /// <summary>Adds a route or takes the place of the one with the same destination, metric and table.</summary>
    public void RouteReplace(Route route) => RouteAdd(route, RouteAddMode.Replace);

    /// <summary>Deletes the first route that matches.</summary>
    /// <exception cref="NetlinkException">ESRCH: none does.</exception>
    public void RouteDelete(Route route) => NewBatch().RouteDelete(route).Send();

    /// <summary>Lists routes, by default those of the main table of both families.</summary>
    public IReadOnlyList<Route> RouteList(RouteFilter? filter = null)
    {
        filter ??= new RouteFilter();
        if (filter.Family != AddressFamily.Unspecified)
            return RouteList(filter, KernelFamily.Of(filter.Family));
        var routes = RouteList(filter, KernelFamily.IPv4);
        routes.AddRange(RouteList(filter, KernelFamily.IPv6));
        return routes;
    }

    /// <summary>The way that a packet to an address would take now.</summary>
    /// <returns>The route with the address as destination, its interface, gateway and source.</returns>
    /// <exception cref="NetlinkException">ENETUNREACH: there is none.</exception>
    public Route RouteGet(IPAddress destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        RouteMessages.WriteGet(_channel.Begin(MessageType.GetRoute, MessageFlags.None), destination);
        return _channel.Get<Route>($"get route to {destination}", RouteParser.ParseAnswer);
    }

    private List<Route> RouteList(RouteFilter filter, byte family)
    {
        RouteMessages.WriteList(_channel.Begin(MessageType.GetRoute, MessageFlags.Dump), family, filter);
        try
        {
            // Older kernels do not filter, newer ones not by everything.
            return _channel.Dump(
                family == KernelFamily.IPv4 ? "list IPv4 routes" : "list IPv6 routes",
                (type, body) => RouteParser.Parse(type, body) is { } route && filter.Matches(route) ? route : null);
        }
        catch (NetlinkException exception) when (exception.Errno is Native.Errno.ENOENT or Native.Errno.ENODEV or Native.Errno.EAFNOSUPPORT)
        {
            // A table that has no routes does not exist; IPv6 may not be there.
            return [];
        }
    }
}
