using System.Net;
using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Delegates;
using MultiNet.Meta.Planning;
using MultiNet.Netlink;

namespace MultiNet.Meta.Attaching;

/// <summary>
/// Carries out the <c>default-route</c> requests of a pod once all attachments stand, and makes the results say what the kernel has.
/// (In the reference the removal matches nothing since 4.2.2, and errors of the addition are swallowed: multus-cni #1444, #1552.)
/// </summary>
internal static class DefaultRoutes
{
    /// <summary>Applies the plan of every attachment and returns the results with their default routes as they are now.</summary>
    /// <exception cref="CniException">A route cannot be changed, or the kernel has another default route in the end.</exception>
    public static List<AttachedNetwork> Apply(IReadOnlyList<AttachedNetwork> attached, string netns, NodeKernel kernel)
    {
        var adjusted = new List<AttachedNetwork>(attached.Count);
        if (!attached.Any(network => !network.Attachment.DefaultRoute.IsKeep))
            return [.. attached];
        var socket = kernel.Socket(netns);
        foreach (var network in attached)
            Change(network.Attachment, () => Remove(socket, network.Attachment));
        foreach (var network in attached)
        {
            Change(network.Attachment, () => AddGateways(socket, network.Attachment));
            adjusted.Add(network with { Result = Adjust(network.Result, network.Attachment.DefaultRoute) });
        }
        foreach (var network in attached)
            Change(network.Attachment, () => Verify(socket, network.Attachment));
        return adjusted;
    }

    private static void Change(PlannedAttachment attachment, Action change)
    {
        string what = $"network {attachment.DisplayName} on {attachment.InterfaceName}: default-route: ";
        try
        {
            change();
        }
        catch (KernelException e)
        {
            throw new CniException(
                CniErrorCode.Internal, what + e.Message,
                attachment.DefaultRoute.Gateways.Count == 0 ? "" : $"a gateway must be on the attachment's own network: {string.Join(", ", attachment.DefaultRoute.Gateways)}", e);
        }
        catch (CniException e)
        {
            throw e.Prefixed(what);
        }
    }

    private static void Remove(RouteSocket socket, PlannedAttachment attachment)
    {
        var plan = attachment.DefaultRoute;
        if ((!plan.RemoveIPv4 && !plan.RemoveIPv6) || !socket.TryGetLink(attachment.InterfaceName, out var link))
            return;
        foreach (var route in DefaultsOver(socket, link.Index))
        {
            bool isIPv4 = route.Destination.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
            if (isIPv4 ? plan.RemoveIPv4 : plan.RemoveIPv6)
                socket.RouteDelete(route);
        }
    }

    private static void AddGateways(RouteSocket socket, PlannedAttachment attachment)
    {
        if (attachment.DefaultRoute.Gateways.Count == 0)
            return;
        int index = socket.LinkGet(attachment.InterfaceName).Index;
        foreach (var gateway in attachment.DefaultRoute.Gateways)
        {
            var everything = gateway.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
            socket.RouteReplace(new Route { Destination = new IPNetwork(everything, 0), Gateway = gateway, LinkIndex = index });
        }
    }

    private static CniResult Adjust(CniResult result, DefaultRoutePlan plan)
    {
        if (plan.IsKeep)
            return result;
        var routes = new List<CniRoute>();
        foreach (var route in result.Routes)
        {
            if (!route.Dst.IsDefault || !IsMainTable(route) || !(route.Dst.IsIPv4 ? plan.RemoveIPv4 : plan.RemoveIPv6))
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
    private static void Verify(RouteSocket socket, PlannedAttachment attachment)
    {
        var plan = attachment.DefaultRoute;
        if (plan.IsKeep || !socket.TryGetLink(attachment.InterfaceName, out var link))
            return;
        foreach (var route in DefaultsOver(socket, link.Index))
        {
            bool isIPv4 = route.Destination.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
            bool wanted = route.Gateway is not null && plan.Gateways.Contains(route.Gateway);
            if ((isIPv4 ? plan.RemoveIPv4 : plan.RemoveIPv6) && !wanted)
            {
                throw new CniException(
                    CniErrorCode.Internal, $"the interface still has the default route {route}", "something in the pod's namespace set it again");
            }
        }
    }

    private static IReadOnlyList<Route> DefaultsOver(RouteSocket socket, int linkIndex)
    {
        var defaults = new List<Route>();
        foreach (var route in socket.RouteList(new RouteFilter { LinkIndex = linkIndex, Type = RouteType.Unicast }))
        {
            if (route.IsDefault)
                defaults.Add(route);
        }
        return defaults;
    }

    private static bool IsMainTable(CniRoute route) => route.Table is null or 0 or (int)RouteTable.Main;
}
