using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-SR: the sriov plugin (docs/plugins/sriov.md).</summary>
internal sealed class SriovRules : PluginRules
{
    private const int LargestVlan = 4094, LargestPriority = 7;

    public override string Type => "sriov";

    public override PluginRole Role => PluginRole.Interface;

    public override bool SharesLayer2 => true;

    public override IReadOnlyList<string> Capabilities => [Capability.Mac, Capability.DeviceInfoFile];

    public override IReadOnlyList<KeySpec> Keys { get; } =
    [
        new("deviceID", Shape.Text), new("vlan", Shape.Whole), new("vlanQoS", Shape.Whole), new("vlanProto", Shape.Text), new("mac", Shape.Text),
        new("spoofchk", Shape.Text), new("trust", Shape.Text), new("link_state", Shape.Text), new("min_tx_rate", Shape.Whole),
        new("max_tx_rate", Shape.Whole), new("logLevel", Shape.Text), new("logFile", Shape.Text),
    ];

    // The device that the kubelet picks is written over it.
    public override bool IsExempt(PluginSubject plugin, string key) => key == "deviceID" && plugin.GetsDevice;

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        CheckDevice(plugin, findings);
        CheckVlan(plugin.Value, findings);
        Choices.Check(plugin.Value, "spoofchk", "MN-SR-003", ["on", "off"], findings);
        Choices.Check(plugin.Value, "trust", "MN-SR-003", ["on", "off"], findings);
        Choices.Check(plugin.Value, "link_state", "MN-SR-004", ["auto", "enable", "disable"], findings);
        CheckRates(plugin.Value, findings);
        MacAddresses.Check(plugin, findings);
    }

    /// <summary>Judges where the device comes from; ib-sriov has the same.</summary>
    public static void CheckDevice(PluginSubject plugin, RuleFindings findings)
    {
        if (plugin.GetsDevice)
            return;
        var at = plugin.Value.AnyCase("deviceID");
        if (at is null or { Text: "" })
        {
            findings.Error(
                "MN-SR-001", at ?? plugin.Value, "no device: the kubelet picks none, and \"deviceID\" names none",
                $"set the annotation {AnnotationKeys.ResourceName} of the definition to the device plugin's resource");
        }
        else if (at.Text is { } device)
        {
            if (!PciAddresses.IsValid(device))
                findings.Error("MN-SR-001", at, $"{Quoted.Text(device)} is no PCI address", "write domain:bus:device.function, such as \"0000:3d:02.1\"");
            findings.Warning("MN-SR-008", at, "the device is written down: one pod of each node can use the network", $"use the annotation {AnnotationKeys.ResourceName}");
        }
    }

    private static void CheckVlan(LocatedValue value, RuleFindings findings)
    {
        LocatedValue? priorityAt = value.AnyCase("vlanQoS"), protocolAt = value.AnyCase("vlanProto");
        if (value.AnyCase("vlan") is not { } at)
        {
            if (priorityAt is not null)
                findings.Error("MN-SR-002", priorityAt, "\"vlanQoS\" needs \"vlan\" beside it");
            if (protocolAt is not null)
                findings.Error("MN-SR-002", protocolAt, "\"vlanProto\" needs \"vlan\" beside it");
            return;
        }
        if (!at.TryGetLong(out long vlan))
            return;
        if (vlan is < 0 or > LargestVlan)
            findings.Error("MN-SR-002", at, $"{vlan} is no VLAN; allowed are 0, for none, to {LargestVlan}");
        if (priorityAt is not null && priorityAt.TryGetLong(out long priority))
        {
            if (priority is < 0 or > LargestPriority)
                findings.Error("MN-SR-002", priorityAt, $"{priority} is no priority; allowed are 0 to {LargestPriority}");
            else if (priority > 0 && vlan == 0)
                findings.Error("MN-SR-002", priorityAt, "\"vlanQoS\" needs a VLAN: \"vlan\" is 0");
        }
        if (protocolAt?.Text is { } protocol)
        {
            if (protocol.ToLowerInvariant() is not ("802.1q" or "802.1ad"))
                findings.Error("MN-SR-002", protocolAt, $"{Quoted.Text(protocol)} is no \"vlanProto\"; allowed are 802.1q and 802.1ad");
            else if (vlan == 0 && protocol.Equals("802.1ad", StringComparison.OrdinalIgnoreCase))
                findings.Error("MN-SR-002", protocolAt, "802.1ad needs a VLAN: \"vlan\" is 0");
        }
    }

    private static void CheckRates(LocatedValue value, RuleFindings findings)
    {
        bool hasMin = value.TryWhole("min_tx_rate", out var minAt, out long min), hasMax = value.TryWhole("max_tx_rate", out var maxAt, out long max);
        if (hasMin && min < 0)
            findings.Error("MN-SR-005", minAt!, $"{min} is no rate; allowed are 0, for none, and Mbit/s");
        if (hasMax && max < 0)
            findings.Error("MN-SR-005", maxAt!, $"{max} is no rate; allowed are 0, for none, and Mbit/s");
        if (hasMin && hasMax && max > 0 && min > max)
            findings.Error("MN-SR-005", minAt!, $"\"min_tx_rate\" {min} is greater than \"max_tx_rate\" {max}", "exchange them");
    }
}
