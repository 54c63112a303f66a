using System.Net;
using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.RouteOverride;

/// <summary>
/// The plugin <c>route-override</c>: takes away and adds routes of the interface that an earlier plugin of the chain made.
/// docs/plugins/route-override.md tells keys and differences from the original.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
internal sealed partial class RouteOverridePlugin(NodeKernel kernel) : IPlugin
{
    /// <inheritdoc/>
    public string Type => "route-override";

    /// <inheritdoc/>
    public string About => "CNI route-override plugin of MultiNet: removes and adds routes of the container's interface";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        var config = RouteOverrideConfig.Read(context);
        var previous = context.PrevResult ?? throw MissingPrevResult();
        var socket = ContainerLink.Enter(kernel, context.Call.NetNs);
        var links = LinksOf(socket, previous, context.Call);
        var kept = Kept(previous, config);
        var added = Additions(config, kept, links[0].Index);
        var rollback = new Rollback();
        try
        {
            foreach (var route in Removals(socket, links, config))
            {
                KernelFailure.Describe($"failed to delete route {route}", () => socket.RouteDelete(route));
                rollback.Add(() => socket.RouteAdd(route with { Flags = route.Flags & RouteFlags.OnLink }, RouteAddMode.Append));
            }
            foreach (var (route, _) in added)
            {
                if (IsThere(socket, route))
                    continue;
                KernelFailure.Describe($"failed to add route {route}", () => socket.RouteAdd(route));
                rollback.Add(() => socket.RouteDelete(route));
            }
        }
        catch
        {
            rollback.Run();
            throw;
        }
        var routes = new List<CniRoute>(kept.Routes);
        foreach (var (_, described) in added)
            routes.AddRange(described);
        return kept with { Routes = routes };
    }

    /// <inheritdoc/>
    // The routes go with the interface, or with its addresses.
    public void Del(PluginContext context)
    {
    }

    /// <inheritdoc/>
    public void Status(PluginContext context) => RouteOverrideConfig.Read(context);

    /// <inheritdoc/>
    public void Gc(PluginContext context)
    {
    }

    private static CniException MissingPrevResult() => new(
        CniErrorCode.InvalidNetworkConfig, "Required prevResult missing",
        "route-override changes the routes of an interface that an earlier plugin of the chain makes: it must stand behind one in \"plugins\".");

    // The interfaces in the container; the one that gets new routes first. Results of old versions name none.
    private static List<Link> LinksOf(RouteSocket socket, CniResult previous, CniCall call)
    {
        var names = new List<string>();
        foreach (var item in previous.Interfaces)
        {
            if (item.Sandbox.Length > 0 && !names.Contains(item.Name))
                names.Add(item.Name);
        }
        if (names.Remove(call.IfName) || names.Count == 0)
            names.Insert(0, call.IfName);
        var links = new List<Link>(names.Count);
        foreach (string name in names)
        {
            links.Add(socket.TryGetLink(name, out var link) ? link : throw new CniException(
                CniErrorCode.Internal, $"failed to get \"{name}\": Link not found", $"prevResult says that it is in {call.NetNs}."));
        }
        return links;
    }

    private static List<Route> Removals(RouteSocket socket, List<Link> links, RouteOverrideConfig config)
    {
        var present = RoutesOver(socket, links);
        var removals = new List<Route>();
        foreach (var route in present)
        {
            if (IsFlushed(route, config) || Find(config.Delete, route) is not null)
                removals.Add(route);
        }
        foreach (var wanted in config.Delete)
        {
            // A route that is gone is what was asked for. One with another gateway is a mistake, which would not be seen otherwise.
            var other = present.Find(wanted.HasDestinationOf);
            if (other is not null && !removals.Exists(wanted.HasDestinationOf))
            {
                throw new CniException(
                    CniErrorCode.InvalidNetworkConfig, $"failed to delete route {wanted}: it has another gateway",
                    $"The interface has the route {other}. Leave \"gw\" out to delete it whatever its gateway is.");
            }
        }
        return removals;
    }

    // In all tables; routes that other interfaces have a part in are not this attachment's.
    private static List<Route> RoutesOver(RouteSocket socket, List<Link> links)
    {
        var routes = new List<Route>();
        foreach (var route in socket.RouteList(new RouteFilter { Table = null, Type = RouteType.Unicast }))
        {
            bool own = route.NextHops is { } hops ? hops.Count > 0 : IsOneOf(links, route.LinkIndex);
            foreach (var hop in route.NextHops ?? [])
                own &= IsOneOf(links, hop.LinkIndex);
            if (own && route.Table != RouteTable.Local)
                routes.Add(route);
        }
        return routes;
    }

    private static bool IsOneOf(List<Link> links, int index) => links.Exists(link => link.Index == index);

    private static bool IsFlushed(Route route, RouteOverrideConfig config) =>
        route.Table == RouteTable.Main
        && ((route.IsDefault && (config.FlushRoutes || config.FlushGateway))
            || (config.FlushRoutes && (route.Gateway is not null || route.NextHops is not null) && route.Scope != RouteScope.Link && !route.Destination.BaseAddress.IsIPv6LinkLocal));

    private static RouteToDelete? Find(IReadOnlyList<RouteToDelete> deletions, Route route)
    {
        foreach (var deletion in deletions)
        {
            if (deletion.Matches(route))
                return deletion;
        }
        return null;
    }

    // The result as the later plugins and the runtime are to see it, without the routes that are added.
    private static CniResult Kept(CniResult previous, RouteOverrideConfig config)
    {
        var routes = new List<CniRoute>();
        foreach (var route in previous.Routes)
        {
            bool deleted = config.FlushRoutes || (config.FlushGateway && route.Dst.IsDefault);
            foreach (var deletion in config.Delete)
                deleted |= deletion.Matches(route);
            if (!deleted)
                routes.Add(route);
        }
        if (!config.FlushGateway)
            return previous with { Routes = routes };
        var ips = new List<CniIP>();
        foreach (var ip in previous.IPs)
            ips.Add(ip with { Gateway = ip.Address.IsIPv4 ? IPAddress.Any : IPAddress.IPv6Any });
        return previous with { Routes = routes, IPs = ips };
    }

    private static List<(Route Kernel, IReadOnlyList<CniRoute> Result)> Additions(RouteOverrideConfig config, CniResult kept, int linkIndex)
    {
        var additions = new List<(Route, IReadOnlyList<CniRoute>)>();
        foreach (var (route, onLink) in config.Add)
        {
            var kernelRoute = Routes.ToKernel(route, linkIndex, FamilyGateway(kept, route.Dst.IsIPv4));
            additions.Add((onLink ? kernelRoute with { Flags = RouteFlags.OnLink } : kernelRoute, [route]));
        }
        foreach (var route in config.AddEqualCost)
        {
            var hops = new List<RouteNextHop>();
            var described = new List<CniRoute>();
            foreach (var gateway in route.Gateways)
            {
                hops.Add(new RouteNextHop { LinkIndex = linkIndex, Gateway = gateway });
                described.Add(new CniRoute { Dst = route.Destination, Gw = gateway });
            }
            additions.Add((new Route { Destination = Routes.ToNetwork(route.Destination), NextHops = hops }, described));
        }
        return additions;
    }

    private static IPAddress? FamilyGateway(CniResult result, bool ipv4)
    {
        foreach (var ip in result.IPs)
        {
            if (ip.Address.IsIPv4 == ipv4 && ip.Gateway is { } gateway && !gateway.Equals(IPAddress.Any) && !gateway.Equals(IPAddress.IPv6Any))
                return gateway;
        }
        return null;
    }

    private static bool IsThere(RouteSocket socket, Route wanted)
    {
        if (wanted.NextHops is not null)
            return false;
        var family = wanted.Destination.BaseAddress.AddressFamily;
        foreach (var route in socket.RouteList(new RouteFilter { Table = wanted.Table, LinkIndex = wanted.LinkIndex, Family = family }))
        {
            uint metric = wanted.Metric ?? (family == AddressFamily.InterNetworkV6 ? 1024u : 0);
            if (route.Destination.Equals(wanted.Destination) && Equals(route.Gateway, wanted.Gateway) && (route.Metric ?? 0) == metric
                && route.Mtu == wanted.Mtu && route.AdvertisedMss == wanted.AdvertisedMss)
            {
                return true;
            }
        }
        return false;
    }
}
