using MultiNet.Cni;
using MultiNet.Delegates;
using MultiNet.Delegates.Ipam.HostLocal;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Reconciling;

namespace MultiNet.Meta.Installing;

/// <summary>
/// The sandboxes of a node from which this program is taken away. From then on the runtime's DEL goes to the cluster network, with the same container
/// and interface: that releases a sandbox that has nothing else, and nobody releases the other networks of the rest.
/// </summary>
/// <param name="config">The configuration that was installed.</param>
/// <param name="host">Where the node's file system is seen from here.</param>
internal sealed class AttachedSandboxes(MetaConfig config, HostRoot host)
{
    private const int MaxNames = 5;
    private readonly string _stateDir = host.Here(config.StateDir);
    private readonly JournalStore _store = new(host.Here(config.StateDir));
    private readonly ResultCache _cache = new(host.Here(config.CniDir));

    /// <summary>Refuses where a sandbox has more than the cluster network, or where that cannot be told.</summary>
    /// <exception cref="CniException">Code 11: there are such sandboxes.</exception>
    public void RefuseWhileOnlyWeCanRelease()
    {
        int count = 0;
        var names = new List<string>();
        foreach (var journal in _store.List((_, _) => count++))
        {
            if (IsOfTheClusterNetworkAlone(journal))
                continue;
            count++;
            if (names.Count < MaxNames)
                names.Add(journal.Pod?.ToString() ?? $"container {journal.ContainerId}");
        }
        if (count == 0)
            return;
        throw new CniException(
            CniErrorCode.TryAgainLater, $"{count} sandboxes are still attached to further networks: {string.Join(", ", names)}{(count > names.Count ? ", ..." : "")}",
            "without multinet their addresses and interfaces would never be released: delete these pods or drain the node first (multinet gc releases what was left "
            + "behind), or uninstall with --force");
    }

    /// <summary>Forgets those that the cluster network releases, and removes the state directory's folders where nothing is left in them.</summary>
    /// <exception cref="CniException">Code 5: a journal cannot be removed.</exception>
    public void HandOver()
    {
        foreach (var journal in _store.List())
        {
            if (!IsOfTheClusterNetworkAlone(journal))
                continue;
            Forget(journal.ContainerId, journal.Attachments[0]);
            _store.Delete(journal.ContainerId, journal.IfName);
        }
        AllocationIndexes.Forget(host.Here(AllocationIndexes.DefaultFolder));
        if (!RemoveIfEmpty("journal") || !RemoveIfEmpty("locks"))
            return;
        OwnFiles.Delete(Path.Combine(_stateDir, "lock"));
        RemoveIfEmpty("");
    }

    // What only our DEL reads; the runtime has a result of its own, and the plugins of others go by that.
    private void Forget(string containerId, JournalAttachment attachment)
    {
        try
        {
            string network = NetworkConfigList.Parse(attachment.Config, $"journal of {containerId}").Name;
            _cache.Delete(network, containerId, attachment.InterfaceName);
            PluginRecords.Delete(host.Here(NodeKernel.DefaultRecordsFolder), network, containerId, attachment.InterfaceName);
        }
        catch (CniException)
        {
            // Two small files that nobody reads any more are no reason to stay installed.
        }
    }

    private static bool IsOfTheClusterNetworkAlone(SandboxJournal journal) => journal.Complete && journal.Attachments.Count == 1;

    private bool RemoveIfEmpty(string name)
    {
        string folder = Path.Combine(_stateDir, name);
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
