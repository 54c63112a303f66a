using System.Text;
using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Networks;

/// <summary>Reads the status annotation, whoever wrote it.</summary>
public static class NetworkStatusReader
{
    /// <summary>
    /// Reads the annotation's value. Empty text, <c>null</c> and empty entries are nothing; <c>&lt;nil&gt;</c> is no gateway.
    /// </summary>
    /// <param name="text">The value.</param>
    /// <param name="what">What it is, for errors: <c>pod default/web: network-status</c>.</param>
    /// <exception cref="CniException">Code 6: not JSON, or a key of another type.</exception>
    public static IReadOnlyList<NetworkStatus> Read(string text, string what = "network-status")
    {
        if (string.IsNullOrWhiteSpace(text))
            return [];
        var entries = new List<NetworkStatus>();
        var elements = JsonFields.Elements(JsonFields.ParseElement(Encoding.UTF8.GetBytes(text), what), what);
        for (int i = 0; i < elements.Count; i++)
        {
            var fields = JsonFields.From(elements[i], $"{what}: [{i}]");
            if (fields.Exists)
                entries.Add(Read(fields));
        }
        return entries;
    }

    private static NetworkStatus Read(JsonFields fields)
    {
        var dns = fields.Object("dns");
        var device = fields.Object("device-info");
        return new NetworkStatus
        {
            Name = fields.String("name"),
            Interface = fields.String("interface"),
            IPs = fields.Strings("ips"),
            Mac = fields.String("mac"),
            Mtu = fields.Int("mtu"),
            Default = fields.Bool("default"),
            Dns = new CniDns
            {
                Nameservers = dns.Strings("nameservers"),
                Domain = dns.String("domain"),
                Search = dns.Strings("search"),
                Options = dns.Strings("options"),
            },
            DeviceInfo = device.Exists ? DeviceInfoReader.Read(device) : null,
            Gateway = Gateways(fields),
        };
    }

    private static List<string> Gateways(JsonFields fields)
    {
        var gateways = new List<string>();
        foreach (string gateway in fields.Strings("gateway"))
        {
            if (gateway is not ("" or "<nil>"))
                gateways.Add(gateway);
        }
        return gateways;
    }
}
