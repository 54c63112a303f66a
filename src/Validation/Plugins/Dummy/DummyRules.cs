using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>The dummy plugin (docs/plugins/dummy.md).</summary>
internal sealed class DummyRules : PluginRules
{
    public override string Type => "dummy";

    public override PluginRole Role => PluginRole.Interface;

    public override bool RequiresIpam => true;

    public override IReadOnlyList<string> Capabilities => [Capability.Mac];

    public override IReadOnlyList<KeySpec> Keys { get; } = [new("mtu", Shape.Whole), new("mac", Shape.Text), new("enabledad", Shape.Flag), KeyTables.Dns];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        MtuValues.Check(plugin.Value, findings);
        MacAddresses.Check(plugin, findings);
    }
}
