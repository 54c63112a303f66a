namespace MultiNet.Validation;

/// <summary>MN-PT: the ptp plugin (docs/plugins/ptp.md).</summary>
internal sealed class PtpRules : PluginRules
{
    public override string Type => "ptp";

    public override PluginRole Role => PluginRole.Interface;

    public override bool RequiresIpam => true;

    public override IReadOnlyList<KeySpec> Keys { get; } =
        [new("ipMasq", Shape.Flag), new("ipMasqBackend", Shape.Text), new("mtu", Shape.Whole), KeyTables.Dns];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        MtuValues.Check(plugin.Value, findings);
        Masquerading.CheckBackend(plugin.Value, "MN-PT-002", findings);
        if (plugin.IpamType != "static")
            return;
        foreach (var item in plugin.Ipam!.ObjectsOf("addresses"))
        {
            if (item.TextOf("gateway").Length == 0)
                findings.Warning("MN-PT-001", item, "the address has no \"gateway\": ptp needs one for the host's end of the link");
        }
    }
}
