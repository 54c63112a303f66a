using System.Net;
using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Delegates.RouteOverride;

/// <summary>The configuration of the route-override plugin. Key by key: docs/plugins/route-override.md. <c>args.cni</c> wins over it.</summary>
internal sealed record RouteOverrideConfig
{
    /// <summary><c>flushroutes</c>: routes through gateways and default routes of the main table go.</summary>
    public bool FlushRoutes { get; init; }

    /// <summary><c>flushgateway</c>: default routes of the main table go, and the result names no gateway.</summary>
    public bool FlushGateway { get; init; }

    /// <summary><c>delroutes</c> and <c>delecmproutes</c>.</summary>
    public IReadOnlyList<RouteToDelete> Delete { get; init; } = [];

    /// <summary><c>addroutes</c>.</summary>
    public IReadOnlyList<RouteToAdd> Add { get; init; } = [];

    /// <summary><c>addecmproutes</c>.</summary>
    public IReadOnlyList<EqualCostRoute> AddEqualCost { get; init; } = [];

    /// <summary><c>skipcheck</c>: CHECK succeeds whatever the routes are.</summary>
    public bool SkipCheck { get; init; }

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a bad value.</exception>
    public static RouteOverrideConfig Read(PluginContext context)
    {
        var equalCostDeletions = EqualCost(Holder(context, "delecmproutes"), "delecmproutes");
        var deletions = new List<RouteToDelete>();
        foreach (var item in Holder(context, "delroutes").Objects("delroutes"))
            deletions.Add(RouteToDelete.Read(item));
        foreach (var route in equalCostDeletions)
            deletions.Add(new RouteToDelete(route.Destination, null, null, null));
        var additions = new List<RouteToAdd>();
        foreach (var item in Holder(context, "addroutes").Objects("addroutes"))
            additions.Add(RouteToAdd.Read(item));
        var equalCost = EqualCost(Holder(context, "addecmproutes"), "addecmproutes");
        foreach (var route in equalCost)
        {
            if (route.Gateways.Count == 0)
                throw Invalid("addecmproutes: gws must not be empty", $"The route to {route.Destination} needs at least one gateway.");
        }
        return new RouteOverrideConfig
        {
            FlushRoutes = Holder(context, "flushroutes").Bool("flushroutes"),
            FlushGateway = Holder(context, "flushgateway").Bool("flushgateway"),
            Delete = deletions,
            Add = additions,
            AddEqualCost = equalCost,
            SkipCheck = Holder(context, "skipcheck").Bool("skipcheck"),
        };
    }

    /// <summary>The error for a bad value.</summary>
    internal static CniException Invalid(string message, string details) => new(CniErrorCode.InvalidNetworkConfig, message, details);

    // A list in args.cni takes the other's place, even an empty one.
    private static JsonFields Holder(PluginContext context, string key) => context.ArgsCni.Has(key) ? context.ArgsCni : context.Config;

    private static List<EqualCostRoute> EqualCost(JsonFields holder, string key)
    {
        var routes = new List<EqualCostRoute>();
        foreach (var item in holder.Objects(key))
        {
            if (item.Prefix("dst") is not { } destination)
                throw new CniException(CniErrorCode.DecodingFailure, $"{item.PathOf("dst")}: missing", "expected a network in CIDR notation, such as 10.1.0.0/16");
            var gateways = new List<IPAddress>();
            foreach (string text in item.Strings("gws"))
            {
                if (!IPText.TryParse(text, out var gateway))
                    throw new CniException(CniErrorCode.DecodingFailure, $"{item.PathOf("gws")}: invalid IP address: {text}");
                gateways.Add(gateway.AddressFamily == destination.Address.AddressFamily
                    ? gateway
                    : throw Invalid($"{item.PathOf("gws")}: {text} is no gateway for {destination}", "The two are of different families."));
            }
            routes.Add(new EqualCostRoute(destination.Network, gateways));
        }
        return routes;
    }
}
