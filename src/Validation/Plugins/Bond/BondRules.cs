using System.Globalization;
using System.Text.Json;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-BO: the bond plugin (docs/plugins/bond.md).</summary>
internal sealed class BondRules : PluginRules
{
    private static readonly string[] s_modes = ["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"];
    private static readonly string[] s_hashes = ["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"];

    public override string Type => "bond";

    public override PluginRole Role => PluginRole.InterfaceAnywhere;

    public override bool SharesLayer2 => true;

    public override IReadOnlyList<string> Capabilities => [Capability.Mac];

    public override IReadOnlyList<KeySpec> Keys { get; } =
    [
        new("mode", Shape.TextOrNumber), new("miimon", Shape.TextOrNumber), new("links", Shape.Objects, [new("name", Shape.Text)]),
        new("linksInContainer", Shape.Flag), new("mtu", Shape.Whole), new("failOverMac", Shape.Whole), new("allSlavesActive", Shape.FlagOrNumber),
        new("tlbDynamicLb", Shape.FlagOrNumber), new("xmitHashPolicy", Shape.TextOrNumber), new("ifname", Shape.Text), new("mac", Shape.Text), KeyTables.Dns,
    ];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        var value = plugin.Value;
        int mode = CheckWord(value, "mode", s_modes, "MN-BO-001", findings);
        CheckMonitor(value, findings);
        if (value.Has("xmitHashPolicy"))
            CheckWord(value, "xmitHashPolicy", s_hashes, "MN-BO-003", findings);
        if (value.TryWhole("failOverMac", out var at, out long failOver) && failOver is < 0 or > 2)
            findings.Error("MN-BO-003", at, $"{failOver} is no \"failOverMac\"; allowed are 0, 1 and 2");
        CheckSwitch(value, "allSlavesActive", findings);
        CheckSwitch(value, "tlbDynamicLb", findings);
        if (mode is >= 0 and < 5 && value.AnyCase("tlbDynamicLb") is { } balancing)
            findings.Error("MN-BO-003", balancing, $"\"tlbDynamicLb\" means nothing in mode {s_modes[mode]}", "it belongs to balance-tlb and balance-alb");
        BondLinks.Check(value, findings);
        BondLinks.CheckPlace(value, plugin.Definition.Options.PodInterface, findings);
        InterfaceNames.CheckKey(value, "ifname", findings);
        MtuValues.Check(value, findings);
        MacAddresses.Check(plugin, findings);
        if (plugin.IpamType == "bond")
            findings.Error("MN-BO-004", plugin.Ipam!.AnyCase("type")!, "bond assigns no addresses", "name an IPAM plugin, such as \"host-local\"");
    }

    // The index of the word; -1 where it is none.
    private static int CheckWord(LocatedValue value, string key, string[] words, string rule, RuleFindings findings)
    {
        var at = value.AnyCase(key);
        if (at is null || at.Text is "")
        {
            findings.Error(rule, at ?? value, $"\"{key}\" is missing; allowed are {string.Join(", ", words)}");
            return -1;
        }
        string text = at.Text ?? (at.TryGetLong(out long given) ? given.ToString(CultureInfo.InvariantCulture) : "");
        int index = Array.IndexOf(words, text);
        if (index >= 0)
            return index;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < words.Length)
        {
            findings.Warning(rule, at, $"the reference plugin wants the name: \"{words[number]}\"");
            return number;
        }
        if (at.Kind is JsonValueKind.String or JsonValueKind.Number)
            findings.Error(rule, at, $"{at.Found} is no \"{key}\"; allowed are {string.Join(", ", words)}", EditDistance.Nearest(text, words) is { } near ? $"did you mean \"{near}\"?" : "");
        return -1;
    }

    private static void CheckMonitor(LocatedValue value, RuleFindings findings)
    {
        var at = value.AnyCase("miimon");
        if (at is null || at.Text is "")
        {
            findings.Error("MN-BO-003", at ?? value, "\"miimon\" is missing: the milliseconds between two looks at the carrier", "write \"miimon\": \"100\"");
            return;
        }
        string text = at.Text ?? System.Text.Encoding.UTF8.GetString(at.Raw.Span);
        if (at.Kind is JsonValueKind.String or JsonValueKind.Number && !(uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint interval) && interval <= int.MaxValue))
            findings.Error("MN-BO-003", at, $"{at.Found} is no number of milliseconds", "write it as a string of digits, such as \"100\"");
        else if (at.Kind == JsonValueKind.Number)
            findings.Warning("MN-BO-003", at, "the reference plugin wants a string", $"write \"{text}\"");
    }

    private static void CheckSwitch(LocatedValue value, string key, RuleFindings findings)
    {
        if (value.TryWhole(key, out var at, out long number) && number is not (0 or 1))
            findings.Error("MN-BO-003", at, $"{number} is no \"{key}\"; allowed are 0 and 1");
    }
}
