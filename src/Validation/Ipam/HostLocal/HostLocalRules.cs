using System.Text.Json;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-HL: the IPAM plugin host-local (docs/plugins/host-local.md).</summary>
internal sealed class HostLocalRules : IpamRules
{
    public override string Type => "host-local";

    public override IReadOnlyList<string> Capabilities => [Capability.Ips, "ipRanges"];

    public override IReadOnlyList<KeySpec> Keys { get; } =
    [
        new("type", Shape.Text), .. HostLocalRange.Keys, new("ranges", Shape.List), new("routes", Shape.Objects, KeyTables.OfRoute), new("dataDir", Shape.Text),
        new("resolvConf", Shape.Text), new("dns", Shape.Any), new("name", Shape.Any),
    ];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        var ipam = plugin.Ipam!;
        var sets = ReadSets(plugin, ipam, findings);
        CheckOverlaps(sets, findings);
        CheckFamilies(plugin, sets, findings);
        foreach (var route in ipam.ItemsOf("routes"))
            Routes.Check(route, "MN-NAD-036", findings);
        if (ipam.TryFilled("dataDir", out var at, out string path))
        {
            if (path.Contains('\0'))
                findings.Error("MN-HL-009", at, "\"dataDir\" holds a NUL");
            else if (path[0] != '/')
                findings.Warning("MN-HL-009", at, $"{Quoted.Text(path)} is relative to wherever the runtime happens to be", "write an absolute path");
        }
        if (sets.Count > 0 && KnownPlugins.TryGet(plugin.Type, out var main) && main.SharesLayer2)
        {
            findings.Warning(
                "MN-HL-007", ipam.AnyCase("type")!, $"host-local knows the addresses of one node only: pods of {plugin.Type} on two nodes get the same ones",
                "give each node a range of its own, or use an IPAM plugin of the cluster (whereabouts, dhcp)");
        }
    }

    /// <summary>The ranges that can be used, set by set.</summary>
    public static List<List<HostLocalRange>> ReadSets(PluginSubject plugin, LocatedValue ipam, RuleFindings findings)
    {
        var sets = new List<List<HostLocalRange>>();
        bool hasRange = false;
        if (ipam.Has("subnet"))
        {
            hasRange = true;
            AddSet(sets, ipam, [ipam], findings);
        }
        var ranges = ipam.AnyCase("ranges");
        foreach (var item in ipam.ItemsOf("ranges"))
        {
            hasRange = true;
            if (findings.IsFull)
                break;
            if (item.Kind == JsonValueKind.Object)
                findings.Error("MN-NAD-031", item, "expected a list of ranges, found an object", "put it into one more pair of brackets: [[{\"subnet\": ...}]]");
            else if (item.Kind is not (JsonValueKind.Array or JsonValueKind.Null))
                findings.Error("MN-NAD-031", item, $"expected a list of ranges, found {item.Found}");
            else if (item.Children.Count == 0)
                findings.Error("MN-HL-004", item, "the set of ranges is empty", "add a range, or remove the set");
            else
                AddSet(sets, item, item.Children, findings);
        }
        // A value of another type is told elsewhere.
        if (!hasRange && ranges is null or { Kind: JsonValueKind.Array } && !plugin.Declares("ipRanges"))
            findings.Error("MN-HL-001", ipam, "there is no range of addresses", "write \"subnet\": \"10.1.0.0/16\", or \"ranges\"");
        return sets;
    }

    private static void AddSet(List<List<HostLocalRange>> sets, LocatedValue at, IReadOnlyList<LocatedValue> items, RuleFindings findings)
    {
        var set = new List<HostLocalRange>();
        foreach (var item in items)
        {
            if (findings.IsFull)
                return;
            if (item.Kind is not (JsonValueKind.Object or JsonValueKind.Null))
            {
                findings.Error("MN-NAD-031", item, $"expected an object such as {{\"subnet\": \"10.1.0.0/16\"}}, found {item.Found}");
                continue;
            }
            // The old style's keys stand among those of "ipam", which are judged there.
            if (item != at && item.Kind == JsonValueKind.Object)
                KeyRules.Check(item, HostLocalRange.Keys, [], "host-local", findings);
            if (HostLocalRange.Read(item, findings) is not { } range)
                continue;
            if (set.Count > 0 && set[0].Span.IsIPv4 != range.Span.IsIPv4)
                findings.Error("MN-HL-004", item, "IPv4 and IPv6 stand in one set", "give each family a set of its own: [[{IPv4}], [{IPv6}]]");
            set.Add(range);
        }
        if (set.Count > 0)
            sets.Add(set);
    }

    private static void CheckOverlaps(List<List<HostLocalRange>> sets, RuleFindings findings)
    {
        var seen = new List<HostLocalRange>();
        foreach (var set in sets)
        {
            foreach (var range in set)
            {
                if (seen.Find(other => other.Span.Overlaps(range.Span)) is { } other)
                    findings.Error("MN-HL-004", range.At, $"the range overlaps with that at {other.At.Path}", "an attachment gets one address of each set: leave one range, or divide them");
                // More are not compared: a bound for hostile input.
                if (seen.Count < 256)
                    seen.Add(range);
            }
        }
    }

    private static void CheckFamilies(PluginSubject plugin, List<List<HostLocalRange>> sets, RuleFindings findings)
    {
        int v4 = sets.Count(set => set[0].Span.IsIPv4), v6 = sets.Count - v4;
        if ((v4 > 1 || v6 > 1) && !plugin.Definition.IsVersionAtLeast("0.3.0"))
            findings.Error("MN-HL-005", plugin.Ipam!.AnyCase("ranges") ?? plugin.Ipam!, "versions before 0.3.0 have one address of each family", "write \"cniVersion\": \"1.0.0\"");
    }
}
