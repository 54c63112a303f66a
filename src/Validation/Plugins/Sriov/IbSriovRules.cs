using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-SR: the ib-sriov plugin, for InfiniBand.</summary>
internal sealed class IbSriovRules : PluginRules
{
    public override string Type => "ib-sriov";

    public override PluginRole Role => PluginRole.Interface;

    public override IReadOnlyList<string> Capabilities => [Capability.InfinibandGuid, Capability.DeviceInfoFile];

    public override IReadOnlyList<KeySpec> Keys { get; } =
    [
        new("deviceID", Shape.Text), new("link_state", Shape.Text), new("pkey", Shape.Text), new("rdmaIsolation", Shape.Flag),
        new("ibKubernetesEnabled", Shape.Flag), new("infinibandGUID", Shape.Text), new("guid", Shape.Text), new("logLevel", Shape.Text), new("logFile", Shape.Text),
    ];

    public override bool IsExempt(PluginSubject plugin, string key) => key == "deviceID" && plugin.GetsDevice;

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        SriovRules.CheckDevice(plugin, findings);
        Choices.Check(plugin.Value, "link_state", "MN-SR-004", ["auto", "enable", "disable"], findings);
        foreach (string key in (ReadOnlySpan<string>)["vlan", "mac", "spoofchk", "trust"])
        {
            if (plugin.Value.AnyCase(key) is { } at)
                findings.Warning("MN-SR-006", at, $"\"{key}\" means nothing to InfiniBand", "remove it");
        }
    }
}
