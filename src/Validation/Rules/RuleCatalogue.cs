using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>Every rule there is: what <c>multinet lint</c> and the webhook can say, and docs/rules.md tells.</summary>
public static partial class RuleCatalogue
{
    private static readonly Dictionary<string, Rule> s_byId = All().ToDictionary(rule => rule.Id, StringComparer.Ordinal);

    /// <summary>The rules, group by group.</summary>
    public static IReadOnlyCollection<Rule> Rules => s_byId.Values;

    /// <summary>The groups, with what they are about.</summary>
    public static IReadOnlyList<(string Group, string Title)> Groups { get; } =
    [
        ("GEN", "General"),
        ("NAD", "Definitions"),
        ("LNK", "Interface names"),
        ("MAC", "MAC addresses"),
        ("MTU", "MTU"),
        ("BR", "Plugin bridge"),
        ("MV", "Plugin macvlan"),
        ("IV", "Plugin ipvlan"),
        ("VL", "Plugin vlan"),
        ("PT", "Plugin ptp"),
        ("TP", "Plugin tap"),
        ("HD", "Plugin host-device"),
        ("SR", "Plugins sriov and ib-sriov"),
        ("OV", "Plugin ovs"),
        ("BO", "Plugin bond"),
        ("VR", "Plugin vrf"),
        ("SB", "Plugin sbr"),
        ("PM", "Plugin portmap"),
        ("BW", "Plugin bandwidth"),
        ("TU", "Plugin tuning"),
        ("FW", "Plugin firewall"),
        ("RO", "Plugin route-override"),
        ("HL", "IPAM plugin host-local"),
        ("ST", "IPAM plugin static"),
        ("DH", "IPAM plugin dhcp"),
        ("WA", "IPAM plugin whereabouts"),
        ("POD", "Pods"),
        ("IPC", "Claims of addresses"),
        ("NS", "Namespaces"),
        ("MNP", "MultiNetworkPolicies"),
        ("UPD", "Changes of definitions"),
        ("DEL", "Deletion of definitions"),
    ];

    /// <summary>A rule by its id; null where there is none.</summary>
    public static Rule? Find(string id) => s_byId.GetValueOrDefault(id);

    private static IEnumerable<Rule> All() => [.. General(), .. Definitions(), .. Values(), .. Interfaces(), .. Chained(), .. Ipam(), .. Pods(), .. Beside(), .. Lifecycle()];

    private static Rule Error(string id, string title, string explanation, RuleLevel level = RuleLevel.Pure) => new(id, title, ProblemSeverity.Error, level, explanation);

    private static Rule Warning(string id, string title, string explanation, RuleLevel level = RuleLevel.Pure) => new(id, title, ProblemSeverity.Warning, level, explanation);
}
