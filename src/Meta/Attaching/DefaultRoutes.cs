using System.Net;
using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Delegates;
using MultiNet.Meta.Planning;
using MultiNet.Netlink;

namespace MultiNet.Meta.Attaching;

/// <summary>
/// Carries out the <c>default-route</c> requests of a pod once all attachments stand, and makes the results say what the kernel has; takes
/// them back when what asked for them is unplugged. (In the reference the removal matches nothing since 4.2.2, and errors of the addition are
/// swallowed: multus-cni #1444, #1552.)
/// </summary>
internal sealed class DefaultRoutes
{
    private readonly RouteSocket _socket;
    private readonly List<Change> _changes = [];

    private DefaultRoutes(RouteSocket socket) => _socket = socket;

    private sealed record Change(InterfaceRoutes After, IReadOnlyList<Route> Delete, IReadOnlyList<Route> Add);

    /// <summary>Is there anything to do: does an attachment ask for default routes, or did one before?</summary>
    public static bool IsNeeded(IEnumerable<InterfaceRoutes> interfaces) => interfaces.Any(i => !i.Plan.IsKeep || i.PluginResult is not null || i.Displaced.Count > 0);

    /// <summary>Applies the plan of every attachment and returns the attachments with their default routes as they are now.</summary>
    /// <exception cref="CniException">A route cannot be changed, or the kernel has another default route in the end.</exception>
    public static List<AttachedNetwork> Apply(IReadOnlyList<AttachedNetwork> attached, string netns, NodeKernel kernel)
    {
        var interfaces = attached.Select(InterfaceRoutes.Of).ToList();
        if (!IsNeeded(interfaces))
            return [.. attached];
        var routes = Prepare(interfaces, netns, kernel);
        routes.Apply();
        return [.. attached.Zip(routes.Interfaces, (network, after) => network with { Result = after.Result, PluginResult = after.PluginResult, Displaced = after.Displaced })];
    }

    /// <summary>Finds out what has to be changed, and changes nothing.</summary>
    /// <exception cref="CniException">The routes cannot be read.</exception>
    public static DefaultRoutes Prepare(IReadOnlyList<InterfaceRoutes> interfaces, string netns, NodeKernel kernel)
    {
        var routes = new DefaultRoutes(kernel.Socket(netns));
        foreach (var item in interfaces)
            Try(item, () => routes._changes.Add(routes.Prepare(item)));
        return routes;
    }

    /// <summary>The interfaces as they will be, in their order.</summary>
    public IEnumerable<InterfaceRoutes> Interfaces => _changes.Select(change => change.After);

    /// <summary>Is the kernel as it should be?</summary>
    public bool IsNothing => _changes.TrueForAll(change => change.Delete.Count == 0 && change.Add.Count == 0);

    /// <summary>Changes the kernel's routes.</summary>
    /// <exception cref="CniException">A route cannot be changed, or the kernel has another default route in the end.</exception>
    public void Apply()
    {
        foreach (var change in _changes)
            Try(change.After, () => Each(change.Delete, _socket.RouteDelete));
        foreach (var change in _changes)
            Try(change.After, () => Each(change.Add, _socket.RouteReplace));
        foreach (var change in _changes)
            Try(change.After, () => Verify(change.After));
    }

    private Change Prepare(InterfaceRoutes before)
    {
        var plan = before.Plan;
        var pluginResult = before.PluginResult ?? before.Result;
        var result = Adjust(pluginResult, plan);
        var after = before with { Result = result, PluginResult = ReferenceEquals(result, pluginResult) ? null : pluginResult };
        if (!_socket.TryGetLink(before.InterfaceName, out var link))
            return plan.Gateways.Count == 0 ? new Change(after, [], []) : throw new CniException(CniErrorCode.Internal, "there is no such interface");

        var delete = new List<Route>();
        var displaced = new List<CniRoute>();
        var present = new List<IPAddress>();
        foreach (var route in DefaultsOver(link.Index))
        {
            bool isEarlierPlans = route.Gateway is { } gateway && IsDefaultOf(before.Result, gateway) && !IsDefaultOf(pluginResult, gateway);
            if (isEarlierPlans && plan.Gateways.Contains(route.Gateway!))
            {
                present.Add(route.Gateway!);
                continue;
            }
            if (!isEarlierPlans && !Removes(plan, IsIPv4(route)))
                continue;
            delete.Add(route);
            if (!isEarlierPlans)
                displaced.Add(ToCni(route));
        }
        var add = new List<Route>();
        foreach (var route in before.Displaced)
        {
            if (!Removes(plan, route.Dst.IsIPv4))
                add.Add(ToKernel(route, link.Index));
            else if (!displaced.Contains(route))
                displaced.Add(route);
        }
        foreach (var gateway in plan.Gateways)
        {
            if (present.Contains(gateway))
                continue;
            var everything = gateway.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
            add.Add(new Route { Destination = new IPNetwork(everything, 0), Gateway = gateway, LinkIndex = link.Index });
        }
        return new Change(after with { Displaced = displaced }, delete, add);
    }

    private static void Each(IReadOnlyList<Route> routes, Action<Route> change)
    {
        foreach (var route in routes)
            change(route);
    }

    private static void Try(InterfaceRoutes item, Action change)
    {
        string what = $"network {item.DisplayName} on {item.InterfaceName}: default-route: ";
        try
        {
            change();
        }
        catch (KernelException e)
        {
            throw new CniException(
                CniErrorCode.Internal, what + e.Message,
                item.Plan.Gateways.Count == 0 ? "" : $"a gateway must be on the attachment's own network: {string.Join(", ", item.Plan.Gateways)}", e);
        }
        catch (CniException e)
        {
            throw e.Prefixed(what);
        }
    }

    private static CniResult Adjust(CniResult result, DefaultRoutePlan plan)
    {
        if (plan.IsKeep)
            return result;
        var routes = new List<CniRoute>();
        foreach (var route in result.Routes)
        {
            if (!route.Dst.IsDefault || !IsMainTable(route) || !Removes(plan, route.Dst.IsIPv4))
                routes.Add(route);
        }
        foreach (var gateway in plan.Gateways)
        {
            routes.Add(new CniRoute
            {
                Dst = gateway.AddressFamily == AddressFamily.InterNetwork ? IPPrefix.DefaultIPv4 : IPPrefix.DefaultIPv6,
                Gw = gateway,
            });
        }
        return result with { Routes = routes };
    }

    // What a pod's traffic follows must be what was asked for: said here, not found out by the user.
    private void Verify(InterfaceRoutes item)
    {
        var plan = item.Plan;
        if (plan.IsKeep || !_socket.TryGetLink(item.InterfaceName, out var link))
            return;
        foreach (var route in DefaultsOver(link.Index))
        {
            bool wanted = route.Gateway is not null && plan.Gateways.Contains(route.Gateway);
            if (Removes(plan, IsIPv4(route)) && !wanted)
            {
                throw new CniException(
                    CniErrorCode.Internal, $"the interface still has the default route {route}", "something in the pod's namespace set it again");
            }
        }
    }

    private List<Route> DefaultsOver(int linkIndex)
    {
        var defaults = new List<Route>();
        foreach (var route in _socket.RouteList(new RouteFilter { LinkIndex = linkIndex, Type = RouteType.Unicast }))
        {
            if (route.IsDefault)
                defaults.Add(route);
        }
        return defaults;
    }

    private static CniRoute ToCni(Route route) => new()
    {
        Dst = IsIPv4(route) ? IPPrefix.DefaultIPv4 : IPPrefix.DefaultIPv6,
        Gw = route.Gateway,
        Mtu = (int?)route.Mtu,
        AdvMss = (int?)route.AdvertisedMss,
        Priority = (int?)route.Metric,
        Scope = (int?)route.Scope,
    };

    private static Route ToKernel(CniRoute route, int linkIndex) => new()
    {
        Destination = new IPNetwork(route.Dst.IsIPv4 ? IPAddress.Any : IPAddress.IPv6Any, 0),
        Gateway = route.Gw,
        LinkIndex = linkIndex,
        Mtu = (uint?)route.Mtu,
        AdvertisedMss = (uint?)route.AdvMss,
        Metric = (uint?)route.Priority,
        Scope = route.Dst.IsIPv4 ? (RouteScope?)route.Scope : null,
    };

    private static bool Removes(DefaultRoutePlan plan, bool isIPv4) => isIPv4 ? plan.RemoveIPv4 : plan.RemoveIPv6;

    private static bool IsIPv4(Route route) => route.Destination.BaseAddress.AddressFamily == AddressFamily.InterNetwork;

    private static bool IsDefaultOf(CniResult result, IPAddress gateway) => result.Routes.Any(r => r.Dst.IsDefault && IsMainTable(r) && gateway.Equals(r.Gw));

    private static bool IsMainTable(CniRoute route) => route.Table is null or 0 or (int)RouteTable.Main;
}
