using System.Net;
using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Sbr;

/// <summary>What routing by source address takes: decided before anything is touched, and recorded.</summary>
internal sealed record SourceRouting
{
    /// <summary>Packets from an address of the interface look into its table, in the order in which the rules are to be added.</summary>
    public required IReadOnlyList<Rule> Rules { get; init; }

    /// <summary>The routes in the tables.</summary>
    public IReadOnlyList<Route> Tabled { get; init; } = [];

    /// <summary>Routes of the main table that are taken away: they are in the tables now.</summary>
    public IReadOnlyList<Route> Removed { get; init; } = [];

    /// <summary>Routes of the main table to the subnets, with source addresses (<c>addSourceHints</c>).</summary>
    public IReadOnlyList<Route> Hints { get; init; } = [];

    /// <summary>Rules for a table that others fill.</summary>
    public static SourceRouting WithTable(IReadOnlyList<CniIP> addresses, uint table)
    {
        var rules = new List<Rule>(addresses.Count);
        foreach (var ip in addresses)
            rules.Add(RuleOf(ip, table));
        return new SourceRouting { Rules = rules };
    }

    /// <summary>Decides for a table for each address.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="addresses">The interface's addresses.</param>
    /// <param name="assigned">The routes of the previous result: their default gateway counts where an address has none.</param>
    /// <param name="present">The interface's routes in the main table.</param>
    /// <param name="linkIndex">The interface.</param>
    /// <param name="tables">As many free tables as there are addresses.</param>
    public static SourceRouting WithOwnTables(
        SbrConfig config, IReadOnlyList<CniIP> addresses, IReadOnlyList<CniRoute> assigned, IReadOnlyList<Route> present, int linkIndex, IReadOnlyList<uint> tables)
    {
        var rules = new List<Rule>();
        var tabled = new List<Route>();
        var moved = new HashSet<Route>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < addresses.Count; i++)
        {
            var ip = addresses[i];
            rules.Add(RuleOf(ip, tables[i]));
            var configured = config.Gateway(ip.Address.IsIPv4);
            var copies = new List<Route>();
            foreach (var route in present)
            {
                if (!Belongs(route, ip.Address, addresses))
                    continue;
                moved.Add(route);
                // The configured gateway is there to take this one's place.
                if (configured is null || !route.IsDefault)
                    copies.Add(route with { Table = tables[i], Flags = route.Flags & RouteFlags.OnLink });
            }
            if ((configured ?? ip.Gateway ?? AssignedGateway(assigned, ip.Address)) is { } gateway && !copies.Exists(HasUsualDefault))
                copies.Add(DefaultRoute(gateway, linkIndex, tables[i]));
            // A gateway is found by the routes on the link.
            tabled.AddRange(copies.FindAll(IsOnLink));
            tabled.AddRange(copies.FindAll(route => !IsOnLink(route)));
        }
        var hints = config.AddSourceHints ? HintsFor(addresses, linkIndex) : [];
        var removed = new List<Route>();
        foreach (var route in present)
        {
            // IPv6 speaks to its neighbours by link-local addresses, which no rule leads to a table.
            if (moved.Contains(route) && !route.Destination.BaseAddress.IsIPv6LinkLocal && (!config.AddSourceHints || !IsOnLink(route) || Replaces(hints, route)))
                removed.Add(route);
        }
        return new SourceRouting { Rules = rules, Tabled = tabled, Removed = removed, Hints = hints };
    }

    /// <summary>The rule for an address; without protocol, as the reference's.</summary>
    /// <param name="source">The address as a network of one.</param>
    /// <param name="table">The table.</param>
    public static Rule RuleOf(IPNetwork source, uint table) => new()
    {
        Family = source.BaseAddress.AddressFamily,
        Source = source,
        Table = table,
        Protocol = RouteProtocol.Unspecified,
    };

    private static Rule RuleOf(CniIP ip, uint table) => RuleOf(Routes.ToNetwork(IPPrefix.Host(ip.Address.Address)), table);

    // The reference drops a route whose gateway is outside of every subnet, such as a link-local one; here each address gets it.
    private static bool Belongs(Route route, IPPrefix address, IReadOnlyList<CniIP> addresses)
    {
        if (route.Destination.BaseAddress.AddressFamily != address.Address.AddressFamily)
            return false;
        if (route.Source is { } source)
            return address.Contains(source);
        if (IsOnLink(route) || HasGatewayIn(route, address))
            return true;
        foreach (var other in addresses)
        {
            if (HasGatewayIn(route, other.Address))
                return false;
        }
        return true;
    }

    private static bool HasGatewayIn(Route route, IPPrefix subnet)
    {
        if (route.Gateway is { } gateway && subnet.Contains(gateway))
            return true;
        foreach (var hop in route.NextHops ?? [])
        {
            if (hop.Gateway is { } next && subnet.Contains(next))
                return true;
        }
        return false;
    }

    private static IPAddress? AssignedGateway(IReadOnlyList<CniRoute> assigned, IPPrefix address)
    {
        IPAddress? any = null;
        foreach (var route in assigned)
        {
            if (!route.Dst.IsDefault || route.Dst.IsIPv4 != address.IsIPv4 || route.Gw is not { } gateway || route.Table is not (null or 0 or (int)RouteTable.Main))
                continue;
            if (address.Contains(gateway))
                return gateway;
            any ??= gateway.IsIPv6LinkLocal ? gateway : null;
        }
        return any;
    }

    private static Route DefaultRoute(IPAddress gateway, int linkIndex, uint table) => new()
    {
        Destination = new IPNetwork(gateway.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0),
        Gateway = gateway,
        LinkIndex = linkIndex,
        Table = table,
    };

    private static bool HasUsualDefault(Route route) =>
        route.IsDefault && (route.Metric is null or 0 || (route.Metric == 1024 && route.Destination.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6));

    private static bool IsOnLink(Route route) => route.Gateway is null && route.NextHops is null;

    private static List<Route> HintsFor(IReadOnlyList<CniIP> addresses, int linkIndex)
    {
        var hints = new List<Route>();
        foreach (var ip in addresses)
        {
            var subnet = Routes.ToNetwork(ip.Address);
            // The first address of a subnet is the one to use, and an address alone is no subnet.
            if (ip.Address.Length == ip.Address.MaxLength || hints.Exists(hint => hint.Destination.Equals(subnet)))
                continue;
            hints.Add(new Route
            {
                Destination = subnet,
                LinkIndex = linkIndex,
                Source = ip.Address.Address,
                Scope = ip.Address.IsIPv4 ? RouteScope.Link : null,
            });
        }
        return hints;
    }

    private static bool Replaces(List<Route> hints, Route route) => hints.Exists(hint => hint.Destination.Equals(route.Destination));
}
