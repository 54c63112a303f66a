using MultiNet.Cni;

namespace MultiNet.Meta.CommandLine.Run;

/// <summary>What a result says about the interface of an attachment.</summary>
internal sealed record InterfaceFacts(string Mac, int Mtu, IReadOnlyList<string> Addresses, IReadOnlyList<string> Gateways)
{
    /// <summary>Takes the facts out of a result.</summary>
    public static InterfaceFacts Of(CniResult result, string interfaceName)
    {
        string mac = "";
        int mtu = 0;
        foreach (var link in result.Interfaces)
        {
            if (link.Sandbox.Length > 0 && link.Name == interfaceName)
                (mac, mtu) = (link.Mac, link.Mtu);
        }
        var addresses = new List<string>();
        foreach (var ip in result.IPs)
            addresses.Add(ip.Address.ToString());
        return new InterfaceFacts(mac, mtu, addresses, GatewaysOf(result));
    }

    // The default routes' next hops; "on link" is what a plugin means by a default route without one.
    private static List<string> GatewaysOf(CniResult result)
    {
        var gateways = new List<string>();
        foreach (var route in result.Routes)
        {
            if (!route.Dst.IsDefault)
                continue;
            string gateway = route.Gw?.ToString() ?? SubnetGateway(result, route) ?? "on link";
            if (!gateways.Contains(gateway))
                gateways.Add(gateway);
        }
        return gateways;
    }

    private static string? SubnetGateway(CniResult result, CniRoute route)
    {
        foreach (var ip in result.IPs)
        {
            if (ip.Gateway is not null && ip.Address.IsIPv4 == route.Dst.IsIPv4)
                return ip.Gateway.ToString();
        }
        return null;
    }
}
