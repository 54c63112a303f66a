using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Delegates.RouteOverride;

/// <summary>An element of <c>addroutes</c>.</summary>
/// <param name="Route">The route, host bits of the destination cleared.</param>
/// <param name="OnLink"><c>onlink</c>: the gateway is on the link, whatever the addresses say.</param>
internal sealed record RouteToAdd(CniRoute Route, bool OnLink)
{
    private const int LargestScope = 255;

    /// <summary>Reads an element.</summary>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a bad value.</exception>
    public static RouteToAdd Read(JsonFields item)
    {
        var route = ReadRoute(item);
        bool onLink = item.Bool("onlink");
        if (onLink && route.Gw is null)
            throw RouteOverrideConfig.Invalid($"{item.PathOf("onlink")}: the route to {route.Dst} has no \"gw\"", "Without gateway a route is on the link anyhow, where no address has a gateway either.");
        return new RouteToAdd(route with { Dst = route.Dst.Network }, onLink);
    }

    /// <summary>Reads a route and checks its numbers.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static CniRoute ReadRoute(JsonFields item)
    {
        var route = CniResultReader.ReadRoute(item);
        if (route.Gw is { } gateway && gateway.AddressFamily != route.Dst.Address.AddressFamily)
            throw RouteOverrideConfig.Invalid($"{item.PathOf("gw")}: {IPText.Format(gateway)} is no gateway for {route.Dst}", "The two are of different families.");
        RefuseBeyond(item, "priority", route.Priority, int.MaxValue);
        RefuseBeyond(item, "table", route.Table, int.MaxValue);
        RefuseBeyond(item, "mtu", route.Mtu, int.MaxValue);
        RefuseBeyond(item, "advmss", route.AdvMss, int.MaxValue);
        RefuseBeyond(item, "scope", route.Scope, LargestScope);
        return route;
    }

    private static void RefuseBeyond(JsonFields item, string key, int? value, int largest)
    {
        if (value is < 0 || value > largest)
            throw RouteOverrideConfig.Invalid($"{item.PathOf(key)}: invalid value {value}", $"Allowed is 0 to {largest}.");
    }
}
