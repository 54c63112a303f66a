using System.Net;
using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.InterfaceConfiguration;

/// <summary>Routes of a result as routes of the kernel.</summary>
internal static class Routes
{
    /// <summary>Translates a route.</summary>
    /// <param name="route">The route of a result.</param>
    /// <param name="linkIndex">The interface.</param>
    /// <param name="familyGateway">The gateway where the route names none; may be null, then the destination is on the link.</param>
    /// <exception cref="CniException">A number that no route can have.</exception>
    public static Route ToKernel(CniRoute route, int linkIndex, IPAddress? familyGateway) => new()
    {
        Destination = ToNetwork(route.Dst),
        // On the link there is no gateway: the kernel refuses the reference's attempt to add one.
        Gateway = route.Gw ?? (route.Scope is >= (int)RouteScope.Link ? null : familyGateway),
        LinkIndex = linkIndex,
        Metric = Positive(route.Priority, "priority", route),
        Table = Positive(route.Table, "table", route) ?? RouteTable.Main,
        Scope = route.Scope is { } scope
            ? (RouteScope)(scope is >= 0 and <= 255 ? scope : throw Invalid(route, "scope", scope, "0 to 255"))
            : RouteScope.Universe,
        Mtu = Positive(route.Mtu, "mtu", route),
        AdvertisedMss = Positive(route.AdvMss, "advmss", route),
    };

    /// <summary>Does a route lead over this interface and no other one?</summary>
    public static bool IsOnlyOver(Route route, int linkIndex)
    {
        if (route.NextHops is not { } hops)
            return route.LinkIndex == linkIndex;
        foreach (var hop in hops)
        {
            if (hop.LinkIndex != linkIndex)
                return false;
        }
        return hops.Count > 0;
    }

    /// <summary>
    /// What a route with several next hops has over one interface. For IPv6 these are routes of their own, which the kernel adds and deletes one by
    /// one, and only shows as one.
    /// </summary>
    /// <returns>Null where it has none.</returns>
    public static Route? Over(Route route, int linkIndex)
    {
        var hops = new List<RouteNextHop>();
        foreach (var hop in route.NextHops ?? [])
        {
            if (hop.LinkIndex == linkIndex)
                hops.Add(hop);
        }
        return hops.Count switch
        {
            0 => null,
            1 => route with { LinkIndex = linkIndex, Gateway = hops[0].Gateway, Flags = hops[0].Flags, NextHops = null },
            _ => route with { NextHops = hops },
        };
    }

    /// <summary>The network of a prefix.</summary>
    public static IPNetwork ToNetwork(IPPrefix prefix) => new(prefix.Network.Address, prefix.Length);

    // Zero is Go's way of saying nothing.
    private static uint? Positive(int? value, string key, CniRoute route) => value switch
    {
        null or 0 => null,
        > 0 => (uint)value,
        _ => throw Invalid(route, key, value.Value, "0 or more"),
    };

    private static CniException Invalid(CniRoute route, string key, int value, string allowed) =>
        new(CniErrorCode.Internal, $"the IPAM plugin returned the route {route.Dst} with {key} {value}", $"Allowed is {allowed}.");
}
