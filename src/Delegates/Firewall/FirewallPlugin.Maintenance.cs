using MultiNet.Cni;
using MultiNet.Delegates.Records;

namespace MultiNet.Delegates.Firewall;

/// <content>STATUS and GC.</content>
internal sealed partial class FirewallPlugin
{
    /// <inheritdoc/>
    public void Status(PluginContext context)
    {
        var config = FirewallConfig.Read(context.Config);
        using var zones = new FirewalldZones(busAddress);
        bool firewalld = config.Backend == FirewallBackend.Firewalld || (config.Backend == FirewallBackend.Default && IsRunning(zones));
        if (config.Backend == FirewallBackend.Firewalld && !IsRunning(zones))
        {
            throw new CniException(
                CniErrorCode.PluginNotAvailable, "firewalld does not run", "Start firewalld, or set \"backend\": \"iptables\".");
        }
        // A policy is kept by iptables, whoever lets the addresses pass.
        if (!firewalld || config.Policy != IngressPolicy.Open)
            _iptables.CheckAvailable();
    }

    /// <inheritdoc/>
    public void Gc(PluginContext context)
    {
        // Without knowing what is valid, nothing is stale.
        if (!context.HasValidAttachments)
            return;
        var failures = new Failures();
        IReadOnlyList<GcAttachment>? valid = null;
        failures.Try("read the valid attachments", () => valid = context.ValidAttachments);
        if (valid is not null)
            CollectGarbage(context, valid, failures);
        failures.ThrowIfAny();
    }

    private void CollectGarbage(PluginContext context, IReadOnlyList<GcAttachment> valid, Failures failures)
    {
        var stale = HostRules.Stale(_records, context.NetworkName, valid);
        var policy = IngressPolicy.Open;
        failures.Try("read ingressPolicy", () => policy = FirewallConfig.Read(context.Config).Policy);
        if (stale.Count == 0 && policy == IngressPolicy.Open)
            return;

        var released = new Failures();
        var claimed = new HashSet<IPPrefix>();
        var bridges = new HashSet<string>();
        foreach (var record in _records.ListAll())
        {
            if (Contains(stale, record))
                continue;
            if (FirewallState.Of(record) is not { } state)
                continue;
            claimed.UnionWith(state.Addresses);
            bridges.Add(state.Bridge);
        }
        var addresses = new List<IPPrefix>();
        using (var zones = new FirewalldZones(busAddress))
        {
            foreach (var record in stale)
            {
                if (FirewallState.Of(record) is not { } state)
                    continue;
                foreach (var address in state.Addresses)
                {
                    if (claimed.Contains(address))
                        continue;
                    if (state.Backend == FirewallBackend.Firewalld)
                        released.Try($"remove {address} from zone {state.Zone}", () => zones.RemoveSource(state.Zone, address));
                    else
                        addresses.Add(address);
                }
            }
        }
        var host = kernel.Socket("");
        _iptables.CollectGarbage(addresses, bridge => bridges.Contains(bridge) || host.TryGetLink(bridge, out _), released);
        // What could not be released stays recorded, for the next time.
        released.ThrowIfAny();
        foreach (var record in stale)
            failures.Try("remove a record", () => _records.Delete(record.Network, record.ContainerId, record.IfName));
    }

    private static bool Contains(IReadOnlyList<AttachmentRecord> stale, AttachmentRecord record)
    {
        foreach (var one in stale)
        {
            if (one.Network == record.Network && one.ContainerId == record.ContainerId && one.IfName == record.IfName)
                return true;
        }
        return false;
    }

    private static bool IsRunning(FirewalldZones zones)
    {
        try
        {
            return zones.IsRunning;
        }
        catch (CniException e)
        {
            throw new CniException(CniErrorCode.PluginNotAvailable, e.Message, e.Details, e);
        }
    }
}
