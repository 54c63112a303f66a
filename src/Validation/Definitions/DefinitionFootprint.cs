using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>What a definition takes for itself: its network's name, VLANs of masters, addresses.</summary>
/// <param name="Definition">The definition.</param>
/// <param name="NetworkName">The name that host-local, the result cache and IFB names go by.</param>
/// <param name="Vlans">VLANs that are made on an interface of the node.</param>
/// <param name="Pools">Addresses that host-local gives out.</param>
/// <param name="ClusterPools">Addresses that whereabouts gives out.</param>
internal sealed record DefinitionFootprint(
    NetworkAttachmentDefinition Definition, string NetworkName, IReadOnlyList<(string Master, long Id, LocatedValue At)> Vlans,
    IReadOnlyList<(AddressSpan Span, LocatedValue At)> Pools, IReadOnlyList<WhereaboutsPool> ClusterPools)
{
    // Each definition is compared with all others: read once, as long as somebody has it.
    private static readonly ConditionalWeakTable<NetworkAttachmentDefinition, DefinitionFootprint?> s_known = [];

    /// <summary>All addresses that are given out.</summary>
    public IReadOnlyList<(AddressSpan Span, LocatedValue At)> Addresses => [.. Pools, .. from pool in ClusterPools select (pool.Span, pool.At)];

    /// <summary>The footprint; null where the configuration is not in the definition, or cannot be read.</summary>
    public static DefinitionFootprint? Of(NetworkAttachmentDefinition definition) => s_known.GetValue(definition, static wanted =>
        wanted.HasConfig && LocatedValue.Parse(Encoding.UTF8.GetBytes(wanted.Config!), new ProblemList(), "") is { Kind: JsonValueKind.Object } root
            ? Of(new DefinitionSubject(wanted, root, ValidationOptions.Default, null)) : null);

    private static DefinitionFootprint Of(DefinitionSubject subject)
    {
        var vlans = new List<(string, long, LocatedValue)>();
        var pools = new List<(AddressSpan, LocatedValue)>();
        var clusterPools = new List<WhereaboutsPool>();
        foreach (var plugin in subject.Plugins)
        {
            if (plugin.Type == "vlan" && !plugin.Value.IsTrue("linkInContainer") && plugin.Value.TryWhole("vlanId", out var at, out long id))
                vlans.Add((plugin.Value.TextOf("master"), id, at));
            if (plugin.IpamType == "whereabouts")
                WhereaboutsPool.Read(plugin.Ipam!, clusterPools);
            if (plugin.IpamType != "host-local")
                continue;
            foreach (var set in HostLocalRules.ReadSets(plugin, plugin.Ipam!, new RuleFindings([])))
            {
                foreach (var range in set)
                    pools.Add((range.Span, range.At));
            }
        }
        return new DefinitionFootprint(subject.Definition, subject.NetworkName, vlans, pools, clusterPools);
    }
}
