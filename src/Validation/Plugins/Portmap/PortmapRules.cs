using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-PM: the portmap plugin (docs/plugins/portmap.md).</summary>
internal sealed class PortmapRules : PluginRules
{
    private const string Iptables = "iptables", Nftables = "nftables";

    public override string Type => "portmap";

    public override PluginRole Role => PluginRole.Chained;

    public override IReadOnlyList<string> Capabilities => [Capability.PortMappings];

    public override IReadOnlyList<KeySpec> Keys { get; } =
    [
        new("backend", Shape.Text), new("snat", Shape.Flag), new("masqAll", Shape.Flag), new("markMasqBit", Shape.Whole),
        new("externalSetMarkChain", Shape.Text), new("conditionsV4", Shape.Texts), new("conditionsV6", Shape.Texts),
    ];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        var value = plugin.Value;
        if (!plugin.Declares(Capability.PortMappings))
        {
            findings.Warning(
                "MN-PM-001", value, "without the capability \"portMappings\" the plugin gets no ports and does nothing", "add \"capabilities\": {\"portMappings\": true}");
        }
        Choices.Check(value, "backend", "MN-PM-002", [Iptables, Nftables], findings, emptyIsAbsent: false);
        CheckConditions(value, "conditionsV4", findings);
        CheckConditions(value, "conditionsV6", findings);
        CheckMark(value, findings);
        CheckMappings(plugin, findings);
    }

    // What stands here is used as long as a pod asks for no ports of its own, which it can where the capability is declared.
    private static void CheckMappings(PluginSubject plugin, RuleFindings findings)
    {
        bool isCertain = !plugin.Declares(Capability.PortMappings);
        foreach (var mapping in plugin.Value.ObjectOf("runtimeConfig")?.ObjectsOf("portMappings") ?? [])
        {
            foreach (string key in (string[])["hostPort", "containerPort"])
            {
                var at = mapping.AnyCase(key);
                if (at is null || (at.TryGetLong(out long port) && port is < 1 or > ushort.MaxValue))
                    findings.Report(isCertain, "MN-PM-004", at ?? mapping, $"{(at is null ? "none" : at.Found)} is no \"{key}\"; allowed are 1 to 65535");
            }
        }
    }

    // Every condition of iptables begins with an option, perhaps negated; none of nftables does.
    private static void CheckConditions(LocatedValue value, string key, RuleFindings findings)
    {
        if (value.ItemsOf(key) is not [{ Text.Length: > 0 } first, ..] || value.TextOf("backend") is not (Iptables or Nftables))
            return;
        string of = first.Text[0] is '-' or '!' ? Iptables : Nftables;
        string backend = value.TextOf("backend");
        if (of != backend)
            findings.Error("MN-PM-002", first, $"these are conditions for {of}, but \"backend\" is {backend}");
    }

    private static void CheckMark(LocatedValue value, RuleFindings findings)
    {
        var chain = value.AnyCase("externalSetMarkChain");
        if (value.TryWhole("markMasqBit", out var at, out long bit))
        {
            if (chain is not null)
                findings.Error("MN-PM-003", at, "\"markMasqBit\" and \"externalSetMarkChain\" exclude each other: the chain sets a mark of its own", "remove one of them");
            else if (bit is < 0 or > 31)
                findings.Error("MN-PM-003", at, $"{bit} is no bit of a mark; allowed are 0 to 31");
        }
        if (chain is not null && value.TextOf("backend") == Nftables)
            findings.Error("MN-PM-003", chain, "\"externalSetMarkChain\" is for iptables, but \"backend\" is nftables");
    }
}
