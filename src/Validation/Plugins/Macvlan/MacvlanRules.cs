using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-MV: the macvlan plugin (docs/plugins/macvlan.md).</summary>
internal sealed class MacvlanRules : PluginRules
{
    public override string Type => "macvlan";

    public override PluginRole Role => PluginRole.Interface;

    public override bool SharesLayer2 => true;

    public override IReadOnlyList<string> Capabilities => [Capability.Mac];

    public override IReadOnlyList<KeySpec> Keys { get; } =
        [.. KeyTables.OfInterfaceOnMaster, new("mode", Shape.Text), new("mac", Shape.Text), new("bcqueuelen", Shape.Count)];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        var value = plugin.Value;
        Choices.Check(value, "mode", "MN-MV-001", ["bridge", "private", "vepa", "passthru"], findings);
        if (value.TextOf("mode") == "passthru")
            findings.Warning("MN-MV-006", value.AnyCase("mode")!, "with \"passthru\" one pod of each node can have the master, and the second fails");
        InterfaceNames.CheckKey(value, "master", findings);
        if (value.TextOf("master").Length == 0 && !(value.AnyCase("master") is { Text: null }))
            findings.Warning("MN-MV-002", value, "\"master\" is missing: the interface of each node's default route is taken", "name the interface, such as \"eth1\"");
        MtuValues.CheckOnMaster(value, findings);
        MacAddresses.Check(plugin, findings);
        if (value.TryCount("bcqueuelen", out var at, out ulong length) && length > uint.MaxValue)
            findings.Error("MN-MV-005", at, $"{length} is no length of a queue; allowed are 0, which leaves it to the kernel, to {uint.MaxValue}");
    }
}
