using System.Net;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.RouteOverride;

/// <summary>An element of <c>delroutes</c>: all of the interface's routes that match. What is null matches any.</summary>
/// <param name="Destination">The network, host bits cleared.</param>
/// <param name="Gateway">The gateway.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Table">The table; null is the main one.</param>
internal sealed record RouteToDelete(IPPrefix Destination, IPAddress? Gateway, uint? Metric, uint? Table)
{
    /// <summary>Reads an element.</summary>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a bad value.</exception>
    public static RouteToDelete Read(JsonFields item)
    {
        var route = RouteToAdd.ReadRoute(item);
        return new RouteToDelete(route.Dst.Network, route.Gw, (uint?)route.Priority, route.Table is { } table and > 0 ? (uint)table : null);
    }

    /// <summary>Is it the destination in the table, whatever the gateway?</summary>
    public bool HasDestinationOf(Route route) =>
        route.Destination.Equals(Routes.ToNetwork(Destination)) && route.Table == (Table ?? RouteTable.Main) && (Metric is null || route.Metric == Metric);

    /// <summary>Does it match a route of the kernel?</summary>
    public bool Matches(Route route) => HasDestinationOf(route) && (Gateway is null || HasGateway(route, Gateway));

    /// <summary>Does it match a route of a result?</summary>
    public bool Matches(CniRoute route) =>
        route.Dst.Network == Destination && (Gateway is null || route.Gw is null || Gateway.Equals(route.Gw)) && (Metric is null || route.Priority == (int)Metric)
        && (route.Table is null or 0 ? RouteTable.Main : (uint)route.Table) == (Table ?? RouteTable.Main);

    /// <inheritdoc/>
    public override string ToString() => Gateway is null ? Destination.ToString() : $"{Destination} via {IPText.Format(Gateway)}";

    private static bool HasGateway(Route route, IPAddress gateway)
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
}
