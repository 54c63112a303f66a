using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Delegates.Ipam;

/// <summary>The key <c>routes</c> of an IPAM configuration: routes that are returned as they are.</summary>
internal static class RouteConfig
{
    /// <summary>Reads the key.</summary>
    /// <exception cref="CniException">Code 6: wrong JSON types, no address, or a route without destination.</exception>
    public static IReadOnlyList<CniRoute> Read(JsonFields ipam)
    {
        var objects = ipam.Objects("routes");
        var routes = new List<CniRoute>(objects.Count);
        foreach (var json in objects)
            routes.Add(CniResultReader.ReadRoute(json));
        return routes;
    }
}
