using MultiNet.Cni;

namespace MultiNet.Meta.Reconciling;

/// <summary>
/// Finds what networks hold for attachments that nobody knows, and tells what is surely rubbish from what may be alive: an address that stands in
/// a namespace of the node, a container that a process's cgroup names or that has a record which cannot be read, something that was made a moment ago.
/// </summary>
internal sealed class Unowned
{
    private readonly NodeProcesses _processes;
    private readonly LiveAddresses _addresses;
    private readonly NodeCaches _caches;
    private readonly string _recordsFolder;
    private readonly DateTime _newest;

    /// <param name="processes">The processes of the node.</param>
    /// <param name="caches">The caches of libcni.</param>
    /// <param name="recordsFolder">Where built-in plugins keep their records.</param>
    /// <param name="grace">How old something must be.</param>
    public Unowned(NodeProcesses processes, NodeCaches caches, string recordsFolder, TimeSpan grace)
    {
        _processes = processes;
        _addresses = new LiveAddresses(processes);
        _caches = caches;
        _recordsFolder = recordsFolder;
        _newest = DateTime.UtcNow - grace;
    }

    /// <summary>What is rubbish.</summary>
    public List<AddressReservation> Reservations { get; } = [];

    /// <summary>What is rubbish.</summary>
    public List<PluginRecord> Records { get; } = [];

    /// <summary>How many were kept because they may be alive.</summary>
    public int InDoubt { get; private set; }

    /// <summary>The networks that have rubbish, with all that they must keep.</summary>
    public IReadOnlyList<OwnedNetwork> Find(IReadOnlyList<OwnedNetwork> networks, NodeEvidence evidence)
    {
        Reservations.Clear();
        Records.Clear();
        InDoubt = 0;
        var known = new HashSet<string>(evidence.Journals.Select(j => j.ContainerId).Concat(evidence.LiveWithoutJournal.Select(a => a.ContainerId)));
        var found = new List<OwnedNetwork>();
        foreach (var network in networks)
        {
            if (Judge(network, known) is { } chosen)
                found.Add(chosen);
        }
        return found;
    }

    /// <summary>Of what was found: what is gone by now.</summary>
    public (List<AddressReservation> Reservations, List<PluginRecord> Records) Released(IReadOnlyList<OwnedNetwork> networks)
    {
        var left = new HashSet<(string, string, string)>();
        foreach (var network in networks)
        {
            foreach (string folder in AddressStores.FoldersOf(network.Config))
                left.UnionWith(AddressStores.Read(folder).Select(r => (r.Network, r.Address.ToString(), r.ContainerId)));
            left.UnionWith(PluginRecords.Read(_recordsFolder, network.Config.Name).Select(r => ($"{r.Plugin}/{r.Network}", r.ContainerId, r.InterfaceName)));
        }
        return (Reservations.FindAll(r => !left.Contains((r.Network, r.Address.ToString(), r.ContainerId))),
            Records.FindAll(r => !left.Contains(($"{r.Plugin}/{r.Network}", r.ContainerId, r.InterfaceName))));
    }

    private OwnedNetwork? Judge(OwnedNetwork network, HashSet<string> known)
    {
        var valid = new List<GcAttachment>(network.Attachments);
        int before = Reservations.Count + Records.Count;
        foreach (string folder in AddressStores.FoldersOf(network.Config))
        {
            foreach (var reservation in AddressStores.Read(folder))
            {
                // One without an owner is nobody's; an interrupted write left it behind.
                var owner = new GcAttachment(reservation.ContainerId, reservation.InterfaceName);
                if (IsOwned(network, owner))
                    continue;
                if (IsSuspected(owner.ContainerId, reservation.Written, known) || _addresses.Contains(reservation.Address))
                    Keep(valid, owner);
                else
                    Reservations.Add(reservation);
            }
        }
        foreach (var record in PluginRecords.Read(_recordsFolder, network.Config.Name))
        {
            var owner = new GcAttachment(record.ContainerId, record.InterfaceName);
            if (valid.Contains(owner))
                continue;
            if (IsSuspected(owner.ContainerId, record.Written, known))
                Keep(valid, owner);
            else
                Records.Add(record);
        }
        return Reservations.Count + Records.Count > before ? new OwnedNetwork(network.Config, valid) : null;
    }

    // Files of the reference before 0.8 name no interface: any of the container's will do.
    private static bool IsOwned(OwnedNetwork network, GcAttachment owner) =>
        network.Attachments.Any(a => a.ContainerId == owner.ContainerId && (owner.IfName.Length == 0 || a.IfName == owner.IfName));

    // A sandbox that lives may have been given an interface by somebody else.
    private bool IsSuspected(string containerId, DateTime written, HashSet<string> known) =>
        written > _newest || (containerId.Length > 0 && (known.Contains(containerId) || _caches.MayKnow(containerId) || _processes.AnyOf(containerId)));

    private void Keep(List<GcAttachment> valid, GcAttachment owner)
    {
        InDoubt++;
        valid.Add(owner);
    }
}
