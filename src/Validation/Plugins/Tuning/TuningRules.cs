using System.Text.Json;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-TU: the tuning plugin (docs/plugins/tuning.md). A value of <c>args.cni</c> takes the place of the configuration's.</summary>
internal sealed class TuningRules : PluginRules
{
    public override string Type => "tuning";

    public override PluginRole Role => PluginRole.Chained;

    public override IReadOnlyList<string> Capabilities => [Capability.Mac];

    public override IReadOnlyList<KeySpec> Keys { get; } =
    [
        new("dataDir", Shape.Text), new("sysctl", Shape.TextMap), new("mac", Shape.Text), new("promisc", Shape.Flag), new("mtu", Shape.Whole),
        new("txQLen", Shape.Whole), new("allmulti", Shape.Flag),
    ];

    public override bool IsExempt(PluginSubject plugin, string key) =>
        key is "mac" or "promisc" or "mtu" or "txQLen" or "allmulti" && plugin.ArgsCni?.Has(key) == true;

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        var value = plugin.Value;
        CheckSysctls(plugin, value.ObjectOf("sysctl"), findings);
        if (plugin.ArgsCni?.AnyCase("sysctl") is { Kind: JsonValueKind.Object } more && !value.Has("sysctl"))
            findings.Warning("MN-TU-004", more, "\"args.cni.sysctl\" without \"sysctl\" beside it ends the reference plugin with a panic", "add \"sysctl\": {}");
        CheckNumber(plugin, "mtu", findings);
        CheckNumber(plugin, "txQLen", findings);
        if (!IsExempt(plugin, "mac"))
            MacAddresses.Check(plugin, findings, mayBeAnyLength: true);
    }

    private static void CheckSysctls(PluginSubject plugin, LocatedValue? map, RuleFindings findings)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in map?.Children ?? [])
        {
            if (findings.IsFull)
                return;
            if (SysctlKeys.PathOf(member.Key!) is not { } path)
            {
                findings.Error("MN-TU-001", member, $"{Quoted.Text(member.Key!)} is no parameter of a network namespace; only those below net can be set");
                continue;
            }
            if (!paths.Add(path))
                findings.Error("MN-TU-001", member, $"{Quoted.Text(member.Key!)} is set twice", "remove one: dots and slashes are the same");
            if (plugin.Definition.Options.AllowedSysctls is { Count: > 0 } allowed && !ValidationOptions.Matches(allowed, member.Key!))
                findings.Warning("MN-TU-002", member, $"{Quoted.Text(member.Key!)} is not on the nodes' allow-list");
            if (NamesInterface(path, member.Key!))
                findings.Warning("MN-TU-005", member, $"{Quoted.Text(member.Key!)} names an interface; the pod's may be called otherwise", "write IFNAME in its place");
        }
    }

    // net/ipv4/conf/eth0/...: the fourth part is an interface, unless it is for all of them.
    private static bool NamesInterface(string path, string key)
    {
        string[] parts = path.Split('/');
        return !key.Contains("IFNAME", StringComparison.Ordinal) && parts is ["net", "ipv4" or "ipv6", "conf" or "neigh", not ("all" or "default" or "lo"), ..];
    }

    private void CheckNumber(PluginSubject plugin, string key, RuleFindings findings)
    {
        if (IsExempt(plugin, key) || !plugin.Value.TryWhole(key, out var at, out long number))
            return;
        if (number < 0)
            findings.Error("MN-TU-003", at, $"{number} is no \"{key}\"; it must not be negative");
        else if (key == "mtu" && number is > 0 and < 68 or > 65535)
            findings.Warning("MN-TU-003", at, $"few interfaces take an MTU of {number}; 68 to 65535 is usual");
    }
}
