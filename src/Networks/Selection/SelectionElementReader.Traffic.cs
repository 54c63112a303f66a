using System.Net;
using System.Text.Json;
using MultiNet.Cni;

namespace MultiNet.Networks;

internal sealed partial class SelectionElementReader
{
    private List<PortMapping> ReadPortMappings(LocatedValue value)
    {
        var mappings = new List<PortMapping>();
        foreach (var item in ReadArray(value, SelectionKeys.PortMappings, "POD-014", "[{\"hostPort\": 8080, \"containerPort\": 80}]"))
        {
            if (item.Kind != JsonValueKind.Object)
            {
                problems.Error(
                    "POD-014", item, $"expected an object such as {{\"hostPort\": 8080, \"containerPort\": 80}}, found {item.Found}");
                continue;
            }
            CheckKeys(item, SelectionKeys.OfPortMapping, "POD-014");
            mappings.Add(new PortMapping
            {
                HostPort = ReadPort(item, "hostPort"),
                ContainerPort = ReadPort(item, "containerPort"),
                Protocol = ReadProtocol(item),
                HostIP = ReadHostIP(item),
            });
        }
        return mappings;
    }

    // Multus lets 0, 99999 and -1 through to the plugin.
    private int ReadPort(LocatedValue mapping, string key)
    {
        if (mapping.AnyCase(key) is not { } at)
        {
            problems.Error("POD-014", mapping, $"\"{key}\" is required: a port from 1 to 65535");
            return 0;
        }
        if (at.TryGetLong(out long port) && port is >= 1 and <= 65535)
            return (int)port;
        problems.Error("POD-014", at, $"expected a port from 1 to 65535, found {at.Found}");
        return 0;
    }

    private string ReadProtocol(LocatedValue mapping)
    {
        // Plugins know lower case only, and want it given; the standard says any case, and TCP by default.
        string protocol = ReadString(mapping, "protocol", "POD-014").ToLowerInvariant();
        if (protocol is "" or "tcp" or "udp" or "sctp")
            return protocol.Length == 0 ? "tcp" : protocol;
        problems.Error("POD-014", mapping.AnyCase("protocol")!, $"{Quoted.Text(protocol)} is no protocol for ports; tcp, udp and sctp are");
        return "tcp";
    }

    private IPAddress? ReadHostIP(LocatedValue mapping)
    {
        string text = ReadString(mapping, "hostIP", "POD-014");
        if (text.Length == 0)
            return null;
        if (IPText.TryParse(text, out var address))
            return address;
        problems.Error(
            "POD-014", mapping.AnyCase("hostIP")!,
            $"{Quoted.Text(text)} is no address; leave it out to open the port on all of the host's");
        return null;
    }

    private BandwidthLimits? ReadBandwidth(LocatedValue value)
    {
        if (value.AnyCase(SelectionKeys.Bandwidth) is not { } at)
            return null;
        if (at.Kind != JsonValueKind.Object)
        {
            problems.Error(
                "POD-015", at, $"expected an object such as {{\"ingressRate\": 1000000, \"ingressBurst\": 100000}}, found {at.Found}");
            return null;
        }
        CheckKeys(at, SelectionKeys.OfBandwidth, "POD-015");
        var limits = new BandwidthLimits
        {
            IngressRate = ReadBits(at, "ingressRate", "bits per second"),
            IngressBurst = ReadBits(at, "ingressBurst", "bits"),
            EgressRate = ReadBits(at, "egressRate", "bits per second"),
            EgressBurst = ReadBits(at, "egressBurst", "bits"),
        };
        CheckBurst(at, "ingress", limits.IngressRate, limits.IngressBurst);
        CheckBurst(at, "egress", limits.EgressRate, limits.EgressBurst);
        if (limits is { IngressRate: 0, EgressRate: 0, IngressBurst: 0, EgressBurst: 0 } && !ReportedIn(at))
        {
            problems.Error(
                "POD-015", at, "neither \"ingressRate\" nor \"egressRate\" is set to more than 0; set one, or remove \"bandwidth\"");
        }
        return limits;
    }

    private void CheckBurst(LocatedValue bandwidth, string direction, long rate, long burst)
    {
        var rateAt = bandwidth.AnyCase(direction + "Rate");
        if (burst > 0 && rate == 0 && (rateAt is null || rateAt.TryGetLong(out long written) && written == 0))
            problems.Error("POD-015", bandwidth.AnyCase(direction + "Burst")!, $"\"{direction}Burst\" needs \"{direction}Rate\" beside it");
        // The bandwidth plugin counts the burst in 32 bits of bytes.
        if (burst / 8 >= uint.MaxValue)
        {
            problems.Error(
                "POD-015", bandwidth.AnyCase(direction + "Burst")!,
                $"\"{direction}Burst\" is {burst} bits; at most 34359738359 (4 GiB) are possible");
        }
    }

    private long ReadBits(LocatedValue bandwidth, string key, string unit)
    {
        if (bandwidth.AnyCase(key) is not { } at)
            return 0;
        if (at.TryGetLong(out long bits) && bits >= 0)
            return bits;
        problems.Error("POD-015", at, $"expected a whole number of {unit}, found {at.Found}");
        return 0;
    }

    // A limit that could not be read has been told; "nothing is set" would be told beside it for no reason.
    private static bool ReportedIn(LocatedValue bandwidth)
    {
        foreach (string key in SelectionKeys.OfBandwidth)
        {
            if (bandwidth.AnyCase(key) is { } at && !(at.TryGetLong(out long bits) && bits >= 0))
                return true;
        }
        return false;
    }
}
