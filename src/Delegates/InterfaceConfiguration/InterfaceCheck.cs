using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.InterfaceConfiguration;

/// <summary>CHECK: is an interface as the previous result says? Plugins later in the chain may have added to it.</summary>
internal static class InterfaceCheck
{
    /// <summary>The previous result, which CHECK needs.</summary>
    /// <exception cref="CniException">There is none.</exception>
    public static CniResult RequirePrevResult(PluginContext context, string prefix = "") => context.PrevResult
        ?? throw new CniException(
            CniErrorCode.InvalidNetworkConfig, $"{prefix}Required prevResult missing", "CHECK compares with the result of ADD, which the runtime must pass as \"prevResult\".");

    /// <summary>The container's interface in the previous result.</summary>
    /// <exception cref="CniException">It is not there, or in another namespace.</exception>
    public static CniInterface FindContainer(CniResult previous, CniCall call)
    {
        string other = "";
        foreach (var candidate in previous.Interfaces)
        {
            if (candidate.Name != call.IfName)
                continue;
            if (candidate.Sandbox == call.NetNs)
                return candidate;
            if (candidate.Sandbox.Length > 0)
                other = candidate.Sandbox;
        }
        throw Failed(
            $"Sandbox in prevResult {other} doesn't match configured netns: {call.NetNs}",
            $"prevResult names no interface \"{call.IfName}\" in {call.NetNs}.");
    }

    /// <summary>The veth in the container, whose hardware address is that of the result.</summary>
    /// <exception cref="CniException">It is missing, of another kind, or has another address.</exception>
    public static Link ContainerVeth(RouteSocket socket, CniInterface expected) => Container(socket, expected, "veth", "veth");

    /// <summary>The interface in the container, whose hardware address is that of the result.</summary>
    /// <param name="socket">The socket inside the container's namespace.</param>
    /// <param name="expected">The interface in the result.</param>
    /// <param name="kind">The kernel's name of its kind.</param>
    /// <param name="type">The reference's name of its kind, for the error.</param>
    /// <exception cref="CniException">It is missing, of another kind, or has another address.</exception>
    public static Link Container(RouteSocket socket, CniInterface expected, string kind, string type)
    {
        if (!socket.TryGetLink(expected.Name, out var link))
            throw Failed($"Interface name {expected.Name} not found", $"It is missing in {expected.Sandbox}.");
        if (link.Kind != kind)
            throw Failed($"Error: Container interface {link.Name} not of type {type}", $"It is {(link.Kind.Length == 0 ? "a network card" : $"of kind {link.Kind}")}.");
        ContainerMac(socket, link, expected);
        return link;
    }

    /// <summary>Has the interface in the container the hardware address of the result? Members of a bond, and VLANs on it, may have the bond's.</summary>
    /// <exception cref="CniException">It has another one.</exception>
    public static void ContainerMac(RouteSocket socket, Link link, CniInterface expected)
    {
        if (expected.Mac.Length == 0 || expected.Mac == link.MacAddress.ToString())
            return;
        if (link.MasterIndex != 0 && socket.TryGetLink(link.MasterIndex, out var master) && master.Kind == "bond" && master.MacAddress == link.MacAddress)
            return;
        // A VLAN follows the interface below it; a bond with fail_over_mac follows its active member.
        if (link.Kind == "vlan" && link.ParentIndex != 0 && link.ParentNamespaceId is null && socket.TryGetLink(link.ParentIndex, out var parent)
            && parent.Kind == "bond" && parent.MacAddress == link.MacAddress)
        {
            return;
        }
        throw Failed($"Interface {link.Name} Mac {expected.Mac} doesn't match container Mac: {link.MacAddress}");
    }

    /// <summary>The other end of a veth pair, on the host, whose name and hardware address are in the result.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="CniException">Its hardware address is not that of the result.</exception>
    public static Link? HostVeth(RouteSocket host, Link container, CniResult previous)
    {
        if (container.ParentIndex == 0 || !host.TryGetLink(container.ParentIndex, out var link) || link.Kind != "veth" || link.ParentIndex != container.Index)
            return null;
        foreach (var candidate in previous.Interfaces)
        {
            if (candidate.Name != link.Name || candidate.Sandbox.Length > 0)
                continue;
            if (candidate.Mac.Length > 0 && candidate.Mac != link.MacAddress.ToString())
                throw Failed($"Interface {link.Name} Mac doesn't match: {candidate.Mac} not found", $"It is {link.MacAddress}.");
            return link;
        }
        return null;
    }

    /// <summary>Has the interface the addresses, with a route for the network of each?</summary>
    /// <exception cref="CniException">One is missing, or another host has it.</exception>
    public static void Addresses(RouteSocket socket, Link link, IReadOnlyList<CniIP> expected)
    {
        if (expected.Count == 0)
            return;
        var present = socket.AddressList(link.Index);
        var routes = socket.RouteList(new RouteFilter { Table = null, LinkIndex = link.Index });
        foreach (var ip in expected)
        {
            InterfaceAddress? found = null;
            foreach (var candidate in present)
            {
                if (candidate.Local.Equals(ip.Address.Address) && candidate.PrefixLength == ip.Address.Length)
                    found = candidate;
            }
            if (found is null)
                throw Failed($"Failed to match addr {ip.Address} on interface {link.Name}");
            if ((found.Flags & AddressFlags.DuplicateDetected) != 0)
                throw Failed($"link {link.Name} has address {found.Local} in DADFAILED state", "Another host on the network has this address.");
            // A prefix of one address has no network around it.
            if (ip.Address.Length < ip.Address.MaxLength && !Leads(routes, ip.Address.Network))
                throw Failed($"Failed to find Gateway {ip.Gateway} for interface {link.Name}", $"There is no route for {ip.Address.Network} over it.");
        }
    }

    /// <summary>
    /// Are the routes there? In whatever table: plugins later in the chain (vrf, sbr) move them. A default route may lead elsewhere:
    /// which network of a pod has it, is decided above this plugin.
    /// </summary>
    /// <exception cref="CniException">One is missing.</exception>
    public static void ExpectedRoutes(RouteSocket socket, IReadOnlyList<CniRoute> expected)
    {
        if (expected.Count == 0)
            return;
        var present = socket.RouteList(new RouteFilter { Table = null });
        foreach (var route in expected)
        {
            if (!Holds(present, route))
                throw Failed($"Expected Route {Text(route)} not found in routing table");
        }
    }

    /// <summary>The error of a failed check.</summary>
    public static CniException Failed(string message, string details = "") => new(CniErrorCode.Internal, message, details);

    private static bool Leads(IReadOnlyList<Route> routes, IPPrefix network)
    {
        foreach (var route in routes)
        {
            if (Matches(route, network))
                return true;
        }
        return false;
    }

    private static bool Holds(IReadOnlyList<Route> routes, CniRoute expected)
    {
        foreach (var route in routes)
        {
            if (Matches(route, expected.Dst.Network) && (expected.Gw is null || expected.Dst.IsDefault || HasGateway(route, expected.Gw)))
                return true;
        }
        return false;
    }

    private static bool HasGateway(Route route, System.Net.IPAddress gateway)
    {
        if (gateway.Equals(route.Gateway))
            return true;
        foreach (var hop in route.NextHops ?? [])
        {
            if (gateway.Equals(hop.Gateway))
                return true;
        }
        return false;
    }

    private static bool Matches(Route route, IPPrefix network) =>
        route.Destination.PrefixLength == network.Length && route.Destination.BaseAddress.Equals(network.Address)
        && (route.Type is null or RouteType.Unicast);

    private static string Text(CniRoute route) => route.Gw is null ? route.Dst.ToString() : $"{route.Dst} via {route.Gw}";
}
