using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-SB: the sbr plugin (docs/plugins/sbr.md).</summary>
internal sealed class SbrRules : PluginRules
{
    public override string Type => "sbr";

    public override PluginRole Role => PluginRole.Chained;

    public override IReadOnlyList<KeySpec> Keys { get; } = [new("table", Shape.Count), new("gateways", Shape.Texts), new("addSourceHints", Shape.Flag)];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        var value = plugin.Value;
        if (value.TryCount("table", out var at, out ulong table) && table is 0 or > uint.MaxValue)
            findings.Error("MN-SB-001", at, $"{table} is no routing table; allowed are 1 to {uint.MaxValue}", "leave it out for a free one for each address");
        CheckGateways(value, findings);
    }

    private static void CheckGateways(LocatedValue value, RuleFindings findings)
    {
        var gateways = value.ItemsOf("gateways");
        if (gateways.Count > 2)
            findings.Error("MN-SB-002", value.AnyCase("gateways")!, $"at most one gateway of each family is possible, found {gateways.Count}");
        var families = new HashSet<AddressFamily>();
        foreach (var item in gateways)
        {
            if (findings.IsFull)
                return;
            string? text = item.IsNull ? "" : item.Text;
            if (text is null)
                continue;
            if (!IPText.TryParse(text, out var gateway))
                findings.Error("MN-SB-002", item, $"{Quoted.Text(text)} is no address", "write it without prefix length, such as \"10.1.2.1\"");
            else if (!families.Add(gateway.AddressFamily) && gateways.Count <= 2)
                findings.Error("MN-SB-002", item, $"{Quoted.Text(text)} is the second gateway of its family; one is possible");
        }
    }
}
