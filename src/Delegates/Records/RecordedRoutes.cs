using System.Net;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Records;

/// <summary>Routes over one interface in a record. Its index is not recorded: who reads them says it.</summary>
internal static class RecordedRoutes
{
    /// <summary>Writes a list of routes.</summary>
    public static void Write(GoJsonWriter writer, string key, IReadOnlyList<Route> routes)
    {
        writer.Name(key);
        writer.BeginArray();
        foreach (var route in routes)
            Write(writer, route);
        writer.EndArray();
    }

    /// <summary>Reads a list of routes; none where the key is missing.</summary>
    /// <param name="fields">The record.</param>
    /// <param name="key">The key.</param>
    /// <param name="linkIndex">The interface.</param>
    /// <exception cref="CniException">Code 6: that is no such list.</exception>
    public static List<Route> Read(JsonFields fields, string key, int linkIndex)
    {
        var routes = new List<Route>();
        foreach (var item in fields.Objects(key))
            routes.Add(Read(item, linkIndex));
        return routes;
    }

    private static void Write(GoJsonWriter writer, Route route)
    {
        writer.BeginObject();
        writer.Name("dst");
        writer.String(route.Destination.ToString());
        writer.StringUnlessEmpty("gw", route.Gateway?.ToString() ?? "");
        writer.StringUnlessEmpty("src", route.Source?.ToString() ?? "");
        Number(writer, "metric", route.Metric);
        Number(writer, "table", route.Table);
        Number(writer, "scope", (uint?)route.Scope);
        Number(writer, "type", (uint?)route.Type);
        Number(writer, "protocol", (uint?)route.Protocol);
        Number(writer, "mtu", route.Mtu);
        Number(writer, "advmss", route.AdvertisedMss);
        if ((route.Flags & RouteFlags.OnLink) != 0)
        {
            writer.Name("onlink");
            writer.Bool(true);
        }
        if (route.NextHops is { } hops)
            Write(writer, hops);
        writer.EndObject();
    }

    private static void Write(GoJsonWriter writer, IReadOnlyList<RouteNextHop> hops)
    {
        writer.Name("nexthops");
        writer.BeginArray();
        foreach (var hop in hops)
        {
            writer.BeginObject();
            writer.StringUnlessEmpty("gw", hop.Gateway?.ToString() ?? "");
            Number(writer, "weight", (uint)hop.Weight);
            if ((hop.Flags & RouteFlags.OnLink) != 0)
            {
                writer.Name("onlink");
                writer.Bool(true);
            }
            writer.EndObject();
        }
        writer.EndArray();
    }

    private static void Number(GoJsonWriter writer, string key, uint? value)
    {
        if (value is not { } number)
            return;
        writer.Name(key);
        writer.Number(number);
    }

    private static Route Read(JsonFields item, int linkIndex)
    {
        var hops = item.Has("nexthops") ? ReadHops(item, linkIndex) : null;
        return new Route
        {
            Destination = IPNetwork.TryParse(item.String("dst"), out var destination)
                ? destination
                : throw new CniException(CniErrorCode.DecodingFailure, $"{item.PathOf("dst")}: not a network: {item.String("dst")}"),
            Gateway = item.Address("gw"),
            Source = item.Address("src"),
            LinkIndex = hops is null ? linkIndex : 0,
            Metric = Number(item, "metric"),
            Table = Number(item, "table") ?? RouteTable.Main,
            Scope = (RouteScope?)Number(item, "scope"),
            Type = (RouteType?)Number(item, "type"),
            Protocol = (RouteProtocol?)Number(item, "protocol"),
            Mtu = Number(item, "mtu"),
            AdvertisedMss = Number(item, "advmss"),
            Flags = item.Bool("onlink") ? RouteFlags.OnLink : RouteFlags.None,
            NextHops = hops,
        };
    }

    private static List<RouteNextHop> ReadHops(JsonFields item, int linkIndex)
    {
        var hops = new List<RouteNextHop>();
        foreach (var hop in item.Objects("nexthops"))
        {
            hops.Add(new RouteNextHop
            {
                LinkIndex = linkIndex,
                Gateway = hop.Address("gw"),
                Weight = (int)Math.Clamp(Number(hop, "weight") ?? 1, 1, 256),
                Flags = hop.Bool("onlink") ? RouteFlags.OnLink : RouteFlags.None,
            });
        }
        return hops;
    }

    private static uint? Number(JsonFields item, string key) => item.NullableULong(key) is { } value
        ? value <= uint.MaxValue ? (uint)value : throw new CniException(CniErrorCode.DecodingFailure, $"{item.PathOf(key)}: {value} is too large")
        : null;
}
