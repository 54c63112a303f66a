using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-RO: the route-override plugin (docs/plugins/route-override.md). A key of <c>args.cni</c> takes the place of the configuration's.</summary>
internal sealed class RouteOverrideRules : PluginRules
{
    private static readonly KeySpec[] s_equalCost = [new("dst", Shape.Text), new("gws", Shape.Texts)];

    public override string Type => "route-override";

    public override PluginRole Role => PluginRole.Chained;

    public override IReadOnlyList<KeySpec> Keys { get; } =
    [
        new("flushroutes", Shape.Flag), new("flushgateway", Shape.Flag), new("delroutes", Shape.Objects, KeyTables.OfRoute),
        new("addroutes", Shape.Objects, [.. KeyTables.OfRoute, new("onlink", Shape.Flag)]), new("addecmproutes", Shape.Objects, s_equalCost),
        new("delecmproutes", Shape.Objects, s_equalCost), new("skipcheck", Shape.Flag),
    ];

    public override bool IsExempt(PluginSubject plugin, string key) => plugin.ArgsCni?.Has(key) == true;

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        foreach (string key in (ReadOnlySpan<string>)["addroutes", "delroutes"])
        {
            foreach (var item in IsExempt(plugin, key) ? [] : plugin.Value.ItemsOf(key))
                CheckRoute(item, findings);
        }
        foreach (string key in (ReadOnlySpan<string>)["addecmproutes", "delecmproutes"])
        {
            foreach (var item in IsExempt(plugin, key) ? [] : plugin.Value.ItemsOf(key))
                CheckEqualCost(item, key == "addecmproutes", findings);
        }
        if (plugin.Definition.IsVersionAtLeast("1.1.0"))
            findings.Warning("MN-RO-002", plugin.Value.AnyCase("type")!, "the upstream plugin does not speak version 1.1.0; MultiNet's does", "write \"cniVersion\": \"1.0.0\" where both are used");
    }

    private static void CheckRoute(LocatedValue item, RuleFindings findings)
    {
        if (Routes.Check(item, "MN-RO-001", findings) is not { } destination)
            return;
        if (item.TryFilled("gw", out var at, out string text) && IPText.TryParse(text, out var gateway) && gateway.AddressFamily != destination.Address.AddressFamily)
            findings.Error("MN-RO-001", at, $"{Quoted.Text(text)} is no gateway for {destination}: the families differ");
        if (item.TextOf("gw").Length == 0 && item.IsTrue("onlink") && item.Parent?.Key is { } key && key.Equals("addroutes", StringComparison.OrdinalIgnoreCase))
            findings.Error("MN-RO-001", item.AnyCase("onlink")!, "\"onlink\" needs \"gw\" beside it");
        foreach (string number in (ReadOnlySpan<string>)["priority", "table", "mtu", "advmss", "scope"])
        {
            if (item.TryWhole(number, out at, out long value) && (value < 0 || (number == "scope" && value > 255)) && value is >= int.MinValue and <= int.MaxValue)
                findings.Error("MN-RO-001", at, $"{value} is no \"{number}\"; allowed are 0 to {(number == "scope" ? 255 : int.MaxValue)}");
        }
    }

    private static void CheckEqualCost(LocatedValue item, bool isAdded, RuleFindings findings)
    {
        if (Routes.CheckDestination(item, "MN-RO-001", findings) is not { } destination)
            return;
        foreach (var gateway in item.ItemsOf("gws"))
        {
            string? text = gateway.IsNull ? "" : gateway.Text;
            if (text is not null && (!IPText.TryParse(text, out var address) || address.AddressFamily != destination.Address.AddressFamily))
                findings.Error("MN-RO-001", gateway, $"{gateway.Found} is no gateway for {destination}");
        }
        if (isAdded && item.AnyCase("gws") is null or { Kind: JsonValueKind.Array, Children.Count: 0 })
            findings.Error("MN-RO-001", item, "the route needs at least one gateway in \"gws\"");
    }
}
