using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-VL: the vlan plugin (docs/plugins/vlan.md).</summary>
internal sealed class VlanRules : PluginRules
{
    private const int Largest = 4094;

    private static readonly KeySpec[] s_priority = [new("from", Shape.Count), new("to", Shape.Count)];

    public override string Type => "vlan";

    public override PluginRole Role => PluginRole.Interface;

    public override bool RequiresIpam => true;

    public override bool SharesLayer2 => true;

    public override IReadOnlyList<KeySpec> Keys { get; } =
    [
        .. KeyTables.OfInterfaceOnMaster, new("vlanId", Shape.Whole), new("vlanProto", Shape.Text), new("egressPriorities", Shape.Objects, s_priority),
        new("ingressPriorities", Shape.Objects, s_priority),
    ];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        var value = plugin.Value;
        if (value.AnyCase("master") is null or { Text: "" })
            findings.Error("MN-VL-001", value.AnyCase("master") ?? value, "\"master\" is missing: the interface that carries the VLAN", "name it, such as \"eth1\"");
        InterfaceNames.CheckKey(value, "master", findings);
        MtuValues.CheckOnMaster(value, findings);
        CheckId(value, findings);
        if (value.TryFilled("vlanProto", out var at, out string protocol) && protocol.ToLowerInvariant() is not ("802.1q" or "802.1ad"))
            findings.Error("MN-VL-004", at, $"{Quoted.Text(protocol)} is no \"vlanProto\"; allowed are 802.1q and 802.1ad");
        CheckPriorities(value, "egressPriorities", uint.MaxValue, 7, findings);
        CheckPriorities(value, "ingressPriorities", 7, uint.MaxValue, findings);
    }

    private static void CheckId(LocatedValue value, RuleFindings findings)
    {
        if (value.TryWhole("vlanId", out var at, out long id) && id is < 0 or > Largest)
            findings.Error("MN-VL-002", at, $"{id} is no VLAN; allowed are 0 to {Largest}");
        else if (at is null)
            findings.Warning("MN-VL-002", value, "\"vlanId\" is missing, which means 0: frames get a priority and no VLAN", "write \"vlanId\"");
        else if (id == 0 && at.TryGetLong(out _))
            findings.Warning("MN-VL-002", at, "\"vlanId\" 0 means that frames get a priority and no VLAN");
    }

    private static void CheckPriorities(LocatedValue value, string key, uint largestFrom, uint largestTo, RuleFindings findings)
    {
        foreach (var item in value.ItemsOf(key))
        {
            CheckPriority(item, "from", largestFrom, findings);
            CheckPriority(item, "to", largestTo, findings);
        }
    }

    private static void CheckPriority(LocatedValue item, string key, uint largest, RuleFindings findings)
    {
        var at = item.Kind == System.Text.Json.JsonValueKind.Object ? item.AnyCase(key) : null;
        if (at is null)
            findings.Error("MN-VL-005", item, $"\"{key}\" of a priority is missing", "write {\"from\": 0, \"to\": 5}");
        else if (item.TryCount(key, out _, out ulong priority) && priority > largest)
            findings.Error("MN-VL-005", at, $"{priority} is no priority; allowed are 0 to {largest}");
    }
}
