using System.Text.Json;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-BO-002: the members of a bond.</summary>
internal static class BondLinks
{
    private const string Rule = "MN-BO-002";

    /// <summary>Judges <c>links</c>.</summary>
    public static void Check(LocatedValue value, RuleFindings findings)
    {
        var list = value.AnyCase("links");
        if (list is { Kind: not JsonValueKind.Array })
            return;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in value.ItemsOf("links"))
            CheckItem(item, names, findings);
        if (value.ItemsOf("links").Count < 2)
            findings.Error(Rule, list ?? value, $"a bond needs at least two members, found {value.ItemsOf("links").Count}", "write \"links\": [{\"name\": \"net1\"}, {\"name\": \"net2\"}]");
    }

    private static void CheckItem(LocatedValue item, HashSet<string> names, RuleFindings findings)
    {
        if (item.Kind is not (JsonValueKind.Object or JsonValueKind.Null))
            return;
        var at = item.Kind == JsonValueKind.Object ? item.AnyCase("name") : null;
        if (at is null || at.Text is "")
        {
            findings.Error(Rule, item, "the member has no \"name\"", "write {\"name\": \"net1\"}");
        }
        else if (at.Text is { } name)
        {
            InterfaceNames.Check(at, name, findings);
            if (!names.Add(name))
                findings.Error(Rule, at, $"the member {Quoted.Text(name)} is named twice", "remove one");
        }
    }

    /// <summary>MN-BO-005: members that are looked for where they are not.</summary>
    public static void CheckPlace(LocatedValue bond, string podInterface, RuleFindings findings)
    {
        bool inContainer = bond.IsTrue("linksInContainer");
        foreach (var item in bond.ObjectsOf("links"))
        {
            if (!item.TryFilled("name", out var at, out string name))
                continue;
            if (inContainer && name == podInterface)
                findings.Warning("MN-BO-005", at, $"{Quoted.Text(name)} is the interface of the cluster's default network: the pod would lose it", "name interfaces of other networks, such as \"net1\"");
            else if (!inContainer && name.StartsWith("net", StringComparison.Ordinal) && uint.TryParse(name.AsSpan(3), System.Globalization.NumberStyles.None, null, out _))
                findings.Warning("MN-BO-005", at, $"{Quoted.Text(name)} is called like a pod's interface, and is looked for on the node", "write \"linksInContainer\": true");
        }
    }

    /// <summary>The names of the members that must be in the pod before; none where they are on the host.</summary>
    public static IEnumerable<(LocatedValue At, string Name)> InContainer(LocatedValue bond)
    {
        if (!bond.IsTrue("linksInContainer"))
            yield break;
        foreach (var item in bond.ObjectsOf("links"))
        {
            if (item.TryFilled("name", out var at, out string name))
                yield return (at, name);
        }
    }
}
