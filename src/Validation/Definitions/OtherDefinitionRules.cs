using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-NAD-020, MN-HL-008, MN-VL-003, MN-WA-005: what two definitions must not share. Needs to know the others.</summary>
internal sealed class OtherDefinitionRules : RuleSet<DefinitionSubject>
{
    protected override void Check(DefinitionSubject subject, RuleFindings findings)
    {
        if (DefinitionFootprint.Of(subject.Definition) is not { } own)
            return;
        foreach (var definition in subject.Cluster?.Definitions ?? [])
        {
            if (findings.IsFull)
                return;
            if ((definition.Name != own.Definition.Name || definition.Namespace != own.Definition.Namespace) && DefinitionFootprint.Of(definition) is { } other)
                Compare(subject.Root, own, other, findings);
        }
    }

    private static void Compare(LocatedValue root, DefinitionFootprint own, DefinitionFootprint other, RuleFindings findings)
    {
        bool sameName = own.NetworkName == other.NetworkName;
        if (sameName && !own.Definition.Config.AsSpan().Trim().SequenceEqual(other.Definition.Config.AsSpan().Trim()))
        {
            findings.Warning(
                "MN-NAD-020", root.AnyCase("name") ?? root, $"{other.Definition.QualifiedName} has the same network name {Quoted.Text(own.NetworkName)} and another configuration",
                "host-local, the result cache and IFB names go by it: give each a name of its own");
        }
        foreach (var (master, id, at) in own.Vlans)
        {
            foreach (var vlan in other.Vlans)
            {
                if (vlan.Id == id && vlan.Master == master)
                    findings.Warning("MN-VL-003", at, $"{other.Definition.QualifiedName} has VLAN {id} of {Quoted.Text(master)}, too: a node has it once, and the second pod fails", "use macvlan on one VLAN interface");
            }
        }
        if (!sameName)
            ComparePools(own, other, findings);
        CompareClusterPools(own, other, findings);
    }

    private static void CompareClusterPools(DefinitionFootprint own, DefinitionFootprint other, RuleFindings findings)
    {
        foreach (var pool in own.ClusterPools)
        {
            foreach (var theirs in other.ClusterPools)
            {
                if (pool.Pool == theirs.Pool || !pool.Span.Overlaps(theirs.Span) || (pool.LooksAtOthers && theirs.LooksAtOthers))
                    continue;
                findings.Warning(
                    "MN-WA-005", pool.At, $"{other.Definition.QualifiedName} gives out the same addresses, and one of the two does not look at the other's: \"enable_overlapping_ranges\" is false",
                    "leave the key out, or divide the range");
                return;
            }
        }
    }

    private static void ComparePools(DefinitionFootprint own, DefinitionFootprint other, RuleFindings findings)
    {
        foreach (var (span, at) in own.Pools)
        {
            foreach (var pool in other.Pools)
            {
                if (!pool.Span.Overlaps(span))
                    continue;
                findings.Warning("MN-HL-008", at, $"{other.Definition.QualifiedName} gives out the same addresses and does not know of these", "divide the subnet, or give both the same \"name\"");
                return;
            }
        }
    }
}
