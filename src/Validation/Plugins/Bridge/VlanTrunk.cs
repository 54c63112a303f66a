using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>Lists of tagged VLANs as bridge and ovs have them: <c>{"id": 5}</c> or <c>{"minID": 10, "maxID": 20}</c>.</summary>
internal static class VlanTrunk
{
    private const int Largest = 4094;

    /// <summary>The keys of an item.</summary>
    public static IReadOnlyList<KeySpec> Keys { get; } = [new("id", Shape.Whole), new("minID", Shape.Whole), new("maxID", Shape.Whole)];

    /// <summary>Judges the list.</summary>
    /// <param name="value">The plugin's configuration.</param>
    /// <param name="key">The list's key.</param>
    /// <param name="invalid">The rule for items that cannot be.</param>
    /// <param name="overlap">The rule for VLANs that are there twice.</param>
    /// <param name="findings">Where to tell.</param>
    public static void Check(LocatedValue value, string key, string invalid, string overlap, RuleFindings findings)
    {
        var seen = new bool[Largest + 1];
        foreach (var item in value.ObjectsOf(key))
        {
            bool hasMin = item.TryWhole("minID", out var minAt, out long min), hasMax = item.TryWhole("maxID", out var maxAt, out long max);
            bool hasId = item.TryWhole("id", out var idAt, out long id);
            if (hasId && CheckNumber(idAt!, id, invalid, findings))
                Mark(seen, (int)id, (int)id, idAt!, overlap, findings);
            if (hasMin != hasMax && item.Has("minID") != item.Has("maxID"))
                findings.Error(invalid, item, $"\"{(hasMin ? "maxID" : "minID")}\" is missing: a range has both ends");
            else if (hasMin && hasMax)
            {
                bool good = CheckNumber(minAt!, min, invalid, findings) & CheckNumber(maxAt!, max, invalid, findings);
                if (good && min > max)
                    findings.Error(invalid, minAt!, $"\"minID\" {min} is greater than \"maxID\" {max}", "exchange them");
                else if (good)
                    Mark(seen, (int)min, (int)max, minAt!, overlap, findings);
            }
            else if (!hasId && !item.Has("id") && !item.Has("minID"))
            {
                findings.Warning(invalid, item, "the item names no VLAN", "write {\"id\": 5} or {\"minID\": 10, \"maxID\": 20}");
            }
        }
    }

    /// <summary>Is a VLAN in the list?</summary>
    public static bool Holds(LocatedValue value, string key, int vlan)
    {
        foreach (var item in value.ObjectsOf(key))
        {
            if ((item.TryWhole("id", out _, out long id) && id == vlan)
                || (item.TryWhole("minID", out _, out long min) && item.TryWhole("maxID", out _, out long max) && min <= vlan && vlan <= max))
                return true;
        }
        return false;
    }

    private static bool CheckNumber(LocatedValue at, long vlan, string rule, RuleFindings findings)
    {
        if (vlan is >= 1 and <= Largest)
            return true;
        findings.Error(rule, at, $"{vlan} is no VLAN of a trunk; allowed are 1 to {Largest}");
        return false;
    }

    private static void Mark(bool[] seen, int from, int to, LocatedValue at, string rule, RuleFindings findings)
    {
        int first = 0;
        for (int vlan = from; vlan <= to; vlan++)
        {
            if (seen[vlan] && first == 0)
                first = vlan;
            seen[vlan] = true;
        }
        if (first != 0)
            findings.Warning(rule, at, $"VLAN {first} is in the trunk twice");
    }
}
