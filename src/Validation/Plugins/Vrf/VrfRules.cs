namespace MultiNet.Validation;

/// <summary>MN-VR: the vrf plugin (docs/plugins/vrf.md).</summary>
internal sealed class VrfRules : PluginRules
{
    public override string Type => "vrf";

    public override PluginRole Role => PluginRole.Chained;

    public override IReadOnlyList<KeySpec> Keys { get; } = [new("vrfname", Shape.Text), new("table", Shape.Count)];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        var value = plugin.Value;
        if (value.AnyCase("vrfname") is null or { Text: "" })
            findings.Error("MN-VR-001", value.AnyCase("vrfname") ?? value, "\"vrfname\" is missing: the name of the VRF in the pod", "write one, such as \"blue\"");
        InterfaceNames.CheckKey(value, "vrfname", findings);
        if (!value.TryCount("table", out var at, out ulong table))
            return;
        if (table > uint.MaxValue)
            findings.Error("MN-VR-002", at, $"{table} is no routing table; allowed are 0, for a free one, to {uint.MaxValue}");
        else if (table is 253 or 254 or 255)
            findings.Warning("MN-VR-002", at, $"routing table {table} is the kernel's own (default, main, local)", "choose another");
    }
}
