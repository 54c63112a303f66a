using MultiNet.Cni;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-BR: the bridge plugin (docs/plugins/bridge.md).</summary>
internal sealed class BridgeRules : PluginRules
{
    private const int LargestVlan = 4094;

    public override string Type => "bridge";

    public override PluginRole Role => PluginRole.Interface;

    public override IReadOnlyList<string> Capabilities => [Capability.Mac];

    public override IReadOnlyList<KeySpec> Keys { get; } =
    [
        new("bridge", Shape.Text), new("isGateway", Shape.Flag), new("isDefaultGateway", Shape.Flag), new("forceAddress", Shape.Flag),
        new("ipMasq", Shape.Flag), new("ipMasqBackend", Shape.Text), new("mtu", Shape.Whole), new("hairpinMode", Shape.Flag),
        new("promiscMode", Shape.Flag), new("vlan", Shape.Whole), new("vlanTrunk", Shape.Objects, VlanTrunk.Keys), new("preserveDefaultVlan", Shape.Flag),
        new("macspoofchk", Shape.Flag), new("enabledad", Shape.Flag), new("disableContainerInterface", Shape.Flag), new("portIsolation", Shape.Flag),
        KeyTables.Dns,
    ];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        var value = plugin.Value;
        CheckName(value, findings);
        MtuValues.Check(value, findings);
        Masquerading.CheckBackend(value, "MN-BR-009", findings);
        CheckVlans(value, findings);
        CheckCombinations(plugin, findings);
    }

    private static void CheckName(LocatedValue value, RuleFindings findings)
    {
        if (value.TryText("bridge", out var at, out string name))
            InterfaceNames.Check(at, name, findings);
        else if (!value.Has("bridge"))
            findings.Warning("MN-BR-006", value, "\"bridge\" is missing: the bridge is cni0, which other networks may use, too", "name one, such as \"br1\"");
    }

    private static void CheckVlans(LocatedValue value, RuleFindings findings)
    {
        if (value.TryWhole("vlan", out var at, out long vlan) && vlan is < 0 or > LargestVlan)
            findings.Error("MN-BR-001", at, $"{vlan} is no VLAN; allowed are 0, for none, to {LargestVlan}");
        VlanTrunk.Check(value, "vlanTrunk", "MN-BR-002", "MN-BR-003", findings);
        if (vlan is > 0 and <= LargestVlan && VlanTrunk.Holds(value, "vlanTrunk", (int)vlan))
            findings.Warning("MN-BR-003", at!, $"VLAN {vlan} is in \"vlanTrunk\", too: untagged and tagged at once");
        if (value.IsTrue("preserveDefaultVlan") && vlan == 0 && !value.Has("vlanTrunk"))
            findings.Warning("MN-BR-010", value.AnyCase("preserveDefaultVlan")!, "\"preserveDefaultVlan\" has no effect without \"vlan\" or \"vlanTrunk\"");
    }

    private static void CheckCombinations(PluginSubject plugin, RuleFindings findings)
    {
        var value = plugin.Value;
        bool isLayer3 = plugin.IpamType.Length > 0, isGateway = value.IsTrue("isGateway") || value.IsTrue("isDefaultGateway");
        if (value.IsTrue("hairpinMode") && value.IsTrue("promiscMode"))
            findings.Error("MN-BR-004", value.AnyCase("promiscMode")!, "\"hairpinMode\" and \"promiscMode\" exclude each other", "remove one of them");
        if (isLayer3 && value.IsTrue("disableContainerInterface"))
        {
            findings.Error(
                "MN-BR-005", value.AnyCase("disableContainerInterface")!, "an interface that stays down gets no addresses, but \"ipam\" is there", "remove one of them");
        }
        if (isGateway && !isLayer3)
            findings.Warning("MN-BR-008", value, "the bridge is to be a gateway, but without \"ipam\" there are no addresses: nothing is done");
        if (value.IsTrue("ipMasq") && !isGateway)
            findings.Warning("MN-BR-008", value.AnyCase("ipMasq")!, "\"ipMasq\" without \"isGateway\": what is to be masqueraded does not come to this host by itself");
        if (isGateway && value.TryWhole("vlan", out var at, out long vlan) && vlan is > 0 and <= LargestVlan)
            CheckGatewayOfVlan(value, at, vlan, findings);
    }

    // The gateway's interface is named after both.
    private static void CheckGatewayOfVlan(LocatedValue value, LocatedValue at, long vlan, RuleFindings findings)
    {
        string bridge = value.Has("bridge") ? value.TextOf("bridge") : "cni0", name = $"{bridge}.{vlan}";
        if (InterfaceName.Problem(bridge) is null && InterfaceName.Problem(name) is not null)
        {
            findings.Error(
                "MN-BR-011", at, $"the gateway's interface would be {Quoted.Text(name)}, which is longer than {InterfaceName.MaxBytes} bytes", "shorten the bridge's name");
        }
        else
        {
            findings.Warning("MN-BR-011", at, $"the gateway of VLAN {vlan} is an interface of its own; the reference plugin never removes it");
        }
    }
}
