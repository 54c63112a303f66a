using System.Net;
using MultiNet.Cni;

namespace MultiNet.Delegates.Bridge;

/// <summary>What IPAM assigned, completed: each address with interface and gateway, the routes with a default route.</summary>
/// <param name="IPs">The addresses.</param>
/// <param name="Routes">The routes.</param>
/// <param name="Addresses">The gateways' addresses, which the bridge gets; none without <c>isGateway</c>.</param>
internal sealed record Gateways(IReadOnlyList<CniIP> IPs, IReadOnlyList<CniRoute> Routes, IReadOnlyList<IPPrefix> Addresses)
{
    /// <summary>Completes what IPAM assigned.</summary>
    /// <param name="assigned">The result of the IPAM plugin.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="containerIndex">Index of the container's interface in the result.</param>
    public static Gateways Of(CniResult assigned, BridgeConfig config, int containerIndex)
    {
        var ips = new List<CniIP>();
        var routes = new List<CniRoute>(assigned.Routes);
        var addresses = new List<IPPrefix>();
        foreach (var ip in assigned.IPs)
        {
            var gateway = ip.Gateway ?? (config.IsGateway ? FirstOf(ip.Address.Network) : null);
            ips.Add(ip with { Interface = containerIndex, Gateway = gateway });
            if (config.IsDefaultGateway)
                AddDefaultRoute(routes, ip.Address.IsIPv4 ? IPPrefix.DefaultIPv4 : IPPrefix.DefaultIPv6, gateway);
            if (config.IsGateway)
                addresses.Add(new IPPrefix(gateway!, ip.Address.Length));
        }
        return new Gateways(ips, routes, addresses);
    }

    // IPAM's own default route counts if it says where it leads.
    private static void AddDefaultRoute(List<CniRoute> routes, IPPrefix destination, IPAddress? gateway)
    {
        foreach (var route in routes)
        {
            if (route.Gw is not null && route.Dst == destination)
                return;
        }
        routes.Add(new CniRoute { Dst = destination, Gw = gateway });
    }

    // The address after the network's own.
    private static IPAddress FirstOf(IPPrefix network)
    {
        Span<byte> bytes = stackalloc byte[16];
        network.Address.TryWriteBytes(bytes, out int length);
        for (int i = length - 1; i >= 0 && ++bytes[i] == 0; i--)
        {
        }
        return new IPAddress(bytes[..length]);
    }
}
