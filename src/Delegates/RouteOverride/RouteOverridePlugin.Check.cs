using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.RouteOverride;

/// <content>CHECK.</content>
internal sealed partial class RouteOverridePlugin
{
    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        var config = RouteOverrideConfig.Read(context);
        if (config.SkipCheck)
            return;
        var previous = context.PrevResult ?? throw MissingPrevResult();
        var socket = ContainerLink.Enter(kernel, context.Call.NetNs);
        var links = LinksOf(socket, previous, context.Call);
        foreach (var route in RoutesOver(socket, links))
        {
            // What the final result has was added again, by this plugin, a later one, or for the pod's default route.
            if ((IsFlushed(route, config) || Find(config.Delete, route) is not null) && !Lists(previous, route))
                throw InterfaceCheck.Failed($"route-override: route is not removed: {route}", $"ADD removed it from {context.Call.NetNs}.");
        }
        foreach (var (wanted, described) in Additions(config, Kept(previous, config), links[0].Index))
        {
            // Who removes a route later takes it out of the result.
            if (described.Count > 0 && Lists(previous, wanted) && !Holds(socket, wanted))
                throw InterfaceCheck.Failed($"route-override: failed to match route: {wanted}", $"ADD made it in {context.Call.NetNs}.");
        }
    }

    private static bool Lists(CniResult result, Route route)
    {
        foreach (var listed in result.Routes)
        {
            if (Routes.ToNetwork(listed.Dst).Equals(route.Destination))
                return true;
        }
        return false;
    }

    // In whatever table: plugins later in the chain (vrf, sbr) move routes.
    private static bool Holds(RouteSocket socket, Route wanted)
    {
        foreach (var route in socket.RouteList(new RouteFilter { Table = null }))
        {
            if (route.Destination.Equals(wanted.Destination) && (wanted.NextHops is null ? Equals(route.Gateway, wanted.Gateway) : HasAll(route, wanted.NextHops)))
                return true;
        }
        return false;
    }

    private static bool HasAll(Route route, IReadOnlyList<RouteNextHop> wanted)
    {
        foreach (var hop in wanted)
        {
            bool found = Equals(route.Gateway, hop.Gateway);
            foreach (var present in route.NextHops ?? [])
                found |= Equals(present.Gateway, hop.Gateway);
            if (!found)
                return false;
        }
        return true;
    }
}
