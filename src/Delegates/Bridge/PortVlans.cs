using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bridge;

/// <summary>The VLANs of a container's port: one untagged (<c>vlan</c>), others tagged (<c>vlanTrunk</c>).</summary>
internal static class PortVlans
{
    // What the kernel gives a new port, and what a trunk without "vlan" has for its untagged frames.
    private const int DefaultVlan = 1;

    /// <summary>
    /// What the configuration wants a port to have; nothing without <c>vlan</c> and <c>vlanTrunk</c>. A VLAN that is in both is the
    /// untagged one (the reference overwrites it with the tagged one, and the port has none for untagged frames).
    /// </summary>
    public static IReadOnlyList<BridgeVlan> Wanted(BridgeConfig config)
    {
        var vlans = new List<BridgeVlan>();
        if (config.Vlan == 0 && config.TrunkVlans.Count == 0)
            return vlans;
        int native = config.Vlan == 0 ? DefaultVlan : config.Vlan;
        vlans.Add(new BridgeVlan { Id = (ushort)native, PortVlan = true, Untagged = true });
        int first = 0, last = 0;
        foreach (int vlan in config.TrunkVlans)
        {
            if (vlan == native)
                continue;
            if (first != 0 && vlan == last + 1)
            {
                last = vlan;
                continue;
            }
            AddRange(vlans, first, last);
            first = last = vlan;
        }
        AddRange(vlans, first, last);
        return vlans;
    }

    /// <summary>Gives the port its VLANs, with one block of messages.</summary>
    /// <exception cref="CniException">The kernel refused.</exception>
    public static void Configure(RouteSocket host, Link port, BridgeConfig config)
    {
        var wanted = Wanted(config);
        if (wanted.Count == 0)
            return;
        KernelFailure.Describe($"failed to setup vlan tag on interface \"{port.Name}\"", () =>
        {
            var present = config.PreserveDefaultVlan ? [] : host.BridgeVlanList(port.Index);
            var batch = host.NewBatch();
            if (present.Count > 0)
                batch.BridgeVlanDelete(port.Index, [.. present]);
            batch.BridgeVlanAdd(port.Index, [.. wanted]).Send();
        });
    }

    /// <summary>Has the port every VLAN that it should have? Others may have been added.</summary>
    /// <returns>The first one that is missing, or null.</returns>
    public static BridgeVlan? FindMissing(IReadOnlyList<BridgeVlan> present, IReadOnlyList<BridgeVlan> wanted)
    {
        foreach (var vlan in wanted)
        {
            // Ranges may be cut differently: each VLAN is looked for by itself.
            for (int id = vlan.Id; id <= Math.Max(vlan.Id, vlan.EndId); id++)
            {
                bool found = false;
                foreach (var candidate in present)
                {
                    found |= id >= candidate.Id && id <= Math.Max(candidate.Id, candidate.EndId)
                        && candidate.PortVlan == vlan.PortVlan && candidate.Untagged == vlan.Untagged;
                }
                if (!found)
                    return vlan with { Id = (ushort)id, EndId = 0 };
            }
        }
        return null;
    }

    /// <summary>Is a VLAN among those of a port?</summary>
    public static bool Holds(IReadOnlyList<BridgeVlan> present, int vlan)
    {
        foreach (var candidate in present)
        {
            if (vlan >= candidate.Id && vlan <= Math.Max(candidate.Id, candidate.EndId))
                return true;
        }
        return false;
    }

    private static void AddRange(List<BridgeVlan> vlans, int first, int last)
    {
        if (first != 0)
            vlans.Add(new BridgeVlan { Id = (ushort)first, EndId = (ushort)(last > first ? last : 0) });
    }
}
