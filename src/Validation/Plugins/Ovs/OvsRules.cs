using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-OV: the ovs plugin (ovs-cni).</summary>
internal sealed class OvsRules : PluginRules
{
    private const int LargestVlan = 4094, LargestPort = 65279;

    public override string Type => "ovs";

    public override PluginRole Role => PluginRole.Interface;

    public override bool SharesLayer2 => true;

    public override IReadOnlyList<string> Capabilities => [Capability.Mac, Capability.DeviceInfoFile];

    public override IReadOnlyList<KeySpec> Keys { get; } =
    [
        new("bridge", Shape.Text), new("vlan", Shape.Count), new("mtu", Shape.Whole), new("trunk", Shape.Objects, VlanTrunk.Keys),
        new("ofport_request", Shape.Count), new("interface_type", Shape.Text), new("deviceID", Shape.Text), new("configuration_path", Shape.Text),
        new("socket_file", Shape.Text), new("link_state_check_retries", Shape.Whole), new("link_state_check_interval", Shape.Whole),
        new("mac", Shape.Text), new("ovnPort", Shape.Text),
    ];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        var value = plugin.Value;
        if (value.TextOf("bridge").Length == 0 && value.TextOf("deviceID").Length == 0 && !plugin.GetsDevice && plugin.ArgsCni?.Has("ovnPort") != true && !value.Has("ovnPort"))
            findings.Warning("MN-OV-001", value, "no \"bridge\", and no device that would tell it", "name the Open vSwitch bridge");
        InterfaceNames.CheckKey(value, "bridge", findings);
        if (value.TryCount("vlan", out var at, out ulong vlan) && vlan > LargestVlan)
            findings.Error("MN-OV-002", at, $"{vlan} is no VLAN; allowed are 0 to {LargestVlan}");
        VlanTrunk.Check(value, "trunk", "MN-OV-002", "MN-OV-003", findings);
        if (value.TryCount("ofport_request", out at, out ulong port) && port > LargestPort)
            findings.Warning("MN-OV-004", at, $"{port} is no OpenFlow port that can be asked for; allowed are 1 to {LargestPort}");
    }
}
