using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-IV: the ipvlan plugin (docs/plugins/ipvlan.md).</summary>
internal sealed class IpvlanRules : PluginRules
{
    public override string Type => "ipvlan";

    public override PluginRole Role => PluginRole.InterfaceAnywhere;

    public override bool SharesLayer2 => true;

    public override IReadOnlyList<KeySpec> Keys { get; } = [.. KeyTables.OfInterfaceOnMaster, new("mode", Shape.Text), new("flag", Shape.Text)];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        var value = plugin.Value;
        Choices.Check(value, "mode", "MN-IV-001", ["l2", "l3", "l3s"], findings);
        Choices.Check(value, "flag", "MN-IV-001", ["bridge", "private", "vepa"], findings);
        InterfaceNames.CheckKey(value, "master", findings);
        MtuValues.Check(value, findings);
        if (plugin.IpamType == "dhcp")
        {
            findings.Warning(
                "MN-IV-002", plugin.Ipam!.AnyCase("type")!, "all pods of a node have the master's MAC address: a DHCP server must tell them apart by client identifier");
        }
        if (value.Has("mac") || plugin.Declares(Capability.Mac))
        {
            findings.Warning(
                "MN-IV-003", value.AnyCase("mac") ?? value.AnyCase("capabilities")!, "an ipvlan interface has the master's MAC address; another one cannot be set", "use macvlan");
        }
        if (value.TextOf("mode") is "l3" or "l3s" && plugin.Ipam?.TryFilled("gateway", out var at, out _) == true)
            findings.Warning("MN-IV-004", at!, $"in mode {value.TextOf("mode")} there is no ARP: a gateway cannot be reached as a neighbour");
    }
}
