using System.Net;
using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-ST: the IPAM plugin static (docs/plugins/static.md).</summary>
internal sealed class StaticRules : IpamRules
{
    public override string Type => "static";

    public override IReadOnlyList<string> Capabilities => [Capability.Ips];

    public override IReadOnlyList<KeySpec> Keys { get; } =
    [
        new("type", Shape.Text), new("addresses", Shape.Objects, [new("address", Shape.Any), new("gateway", Shape.Text)]),
        new("routes", Shape.Objects, KeyTables.OfRoute), KeyTables.Dns,
    ];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        var ipam = plugin.Ipam!;
        var seen = new Dictionary<IPAddress, LocatedValue>();
        int v4 = 0, v6 = 0;
        // The pod's own addresses take the place of the configured ones: then duplicates and their number do not count.
        bool isCertain = !plugin.Declares(Capability.Ips) && plugin.ArgsCni?.Has("ips") != true;
        foreach (var item in ipam.ItemsOf("addresses"))
        {
            if (findings.IsFull)
                return;
            if (ReadAddress(item, findings) is not { } address)
                continue;
            v4 += address.IsIPv4 ? 1 : 0;
            v6 += address.IsIPv4 ? 0 : 1;
            if (!seen.TryAdd(address.Address, item))
                findings.Report(isCertain, "MN-ST-001", item, $"the address {address.Address} is given twice", "remove one");
        }
        if ((v4 > 1 || v6 > 1) && !plugin.Definition.IsVersionAtLeast("0.3.0"))
            findings.Report(isCertain, "MN-ST-004", ipam.AnyCase("addresses")!, "versions before 0.3.0 have one address of each family", "write \"cniVersion\": \"1.0.0\"");
        if (ipam.ItemsOf("addresses").Count == 0 && isCertain && ipam.AnyCase("addresses") is null or { Kind: JsonValueKind.Array })
            findings.Warning("MN-ST-002", ipam, "there is no address, and pods cannot ask for one", "write \"addresses\", or let pods: \"capabilities\": {\"ips\": true} beside \"ipam\"");
        foreach (var route in ipam.ItemsOf("routes"))
            Routes.Check(route, "MN-NAD-036", findings);
    }

    private static IPPrefix? ReadAddress(LocatedValue item, RuleFindings findings)
    {
        if (item.Kind is not (JsonValueKind.Object or JsonValueKind.Null))
            return null;
        // A program in Go that writes the configuration as it has read it adds an object "Address": the string under the exact name counts.
        var at = item.Exact("address") is { Kind: JsonValueKind.String } exact ? exact : item.AnyCase("address");
        if (at is not null && at.Kind != JsonValueKind.String)
        {
            findings.Error("MN-NAD-031", at, $"expected a string, found {at.Found}");
            return null;
        }
        if (at?.Text is not { } text || !IPPrefix.TryParse(text, out var address))
        {
            findings.Error("MN-ST-001", at ?? item, at is null ? "the item has no \"address\"" : $"{at.Found} is no address with prefix length", "write it such as \"10.1.2.3/24\"");
            return null;
        }
        if (item.TryFilled("gateway", out var gatewayAt, out string gatewayText))
        {
            if (!IPText.TryParse(gatewayText, out var gateway))
                findings.Error("MN-ST-001", gatewayAt, $"{Quoted.Text(gatewayText)} is no gateway", "write an address without prefix length, such as \"10.1.2.1\"");
            else if (!address.Contains(gateway))
                findings.Warning("MN-ST-005", gatewayAt, $"the gateway {gateway} is outside of {address.Network}");
        }
        return address;
    }
}
