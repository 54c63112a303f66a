using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-TP: the tap plugin (docs/plugins/tap.md).</summary>
internal sealed class TapRules : PluginRules
{
    public override string Type => "tap";

    public override PluginRole Role => PluginRole.Interface;

    public override IReadOnlyList<string> Capabilities => [Capability.Mac];

    public override IReadOnlyList<KeySpec> Keys { get; } =
    [
        new("multiQueue", Shape.Flag), new("owner", Shape.Count), new("group", Shape.Count), new("selinuxContext", Shape.Text), new("bridge", Shape.Text),
        new("mtu", Shape.Whole), new("mac", Shape.Text), new("enabledad", Shape.Flag), KeyTables.Dns,
    ];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        var value = plugin.Value;
        foreach (string key in (ReadOnlySpan<string>)["owner", "group"])
        {
            // The largest number means "nobody" to the kernel.
            if (value.TryCount(key, out var at, out ulong id) && id >= uint.MaxValue)
                findings.Error("MN-TP-001", at, $"{id} is no \"{key}\"; allowed are numbers from 0 to {uint.MaxValue - 1}");
        }
        if (value.TryText("selinuxContext", out var label, out string text) && text.Contains('\0'))
            findings.Error("MN-TP-001", label, "\"selinuxContext\" holds a NUL");
        InterfaceNames.CheckKey(value, "bridge", findings);
        MtuValues.Check(value, findings);
        MacAddresses.Check(plugin, findings);
    }
}
