using MultiNet.Cni;
using MultiNet.Meta.Detaching;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Planning;

namespace MultiNet.Meta;

public sealed partial class Multiplexer
{
    /// <summary>
    /// Releases the sandboxes that are not among the valid ones, then lets the networks release what belongs to no attachment. A network
    /// is asked only where it is known what the valid sandboxes have of it: an address that is kept too long costs less than one that is
    /// given to a second pod.
    /// </summary>
    /// <param name="valid">The sandboxes in use: container and interface of the default network, as the runtime knows them.</param>
    /// <param name="path"><c>CNI_PATH</c>.</param>
    /// <exception cref="CniException">What could not be released; everything else was.</exception>
    public void Gc(IReadOnlyList<GcAttachment> valid, IReadOnlyList<string> path)
    {
        var pluginPath = PluginPath(path);
        using var locked = StateLock.ForNode(_config.StateDir, LockPatience);
        var failures = new List<CniException>();
        var journals = _journals.List((_, error) => failures.Add(error));
        bool evidenceIsLost = failures.Count > 0;
        var kept = new List<SandboxJournal>();
        var releaser = Releaser();
        foreach (var journal in journals)
        {
            // The runtime names the sandboxes of one network only; those of another configuration are not its business.
            if (journal.Network != _config.Name || valid.Contains(new GcAttachment(journal.ContainerId, journal.IfName)))
                kept.Add(journal);
            else
                Release(journal);
        }
        var (recorded, known) = WithoutJournal(valid, kept, failures);
        int before = failures.Count;
        var held = HeldBy(kept, failures);
        if (evidenceIsLost || known == Knowledge.Lost || failures.Count > before)
            throw Failures.Combine("no network was asked to release what nobody uses, because it is not known what is in use", failures);

        var runner = _worker.Runner(pluginPath);
        foreach (var (list, attachments) in NetworksToAsk(held, recorded, known == Knowledge.Complete, failures))
            Collect(failures, list.Name, () => runner.Gc(list, attachments, Deadline.After(_config.AttachmentTimeout)));
        if (failures.Count > 0)
            throw Failures.Combine("not everything could be released", failures);

        void Release(SandboxJournal journal)
        {
            try
            {
                StateLock.EndStarted(_config.StateDir, journal.ContainerId);
            }
            catch (CniException e)
            {
                failures.Add(e);
                return;
            }
            var left = releaser.Release(journal with { NetNs = SandboxNamespace.LastingPath(journal) }, pluginPath);
            failures.AddRange(left);
            if (left.Count == 0)
                ClearStatus(journal.Pod);
        }
    }

    private enum Knowledge
    {
        /// <summary>Every valid sandbox has a journal, or Multus or the runtime has left an account of it.</summary>
        Complete,

        /// <summary>Of some sandbox nothing is recorded: most likely it was attached before this plugin was installed, to the default network.</summary>
        DefaultNetworkOnly,

        /// <summary>There is a record, and it cannot be read.</summary>
        Lost,
    }

    // Valid sandboxes without a journal: those from before an upgrade from Multus, which libcni's cache knows, and from before any meta plugin,
    // which the runtime's cache knows.
    private (List<CachedAttachment> Recorded, Knowledge Known) WithoutJournal(
        IReadOnlyList<GcAttachment> valid, List<SandboxJournal> kept, List<CniException> failures)
    {
        var recorded = new List<CachedAttachment>();
        var known = Knowledge.Complete;
        foreach (var sandbox in valid)
        {
            if (kept.Exists(journal => journal.ContainerId == sandbox.ContainerId && journal.IfName == sandbox.IfName))
                continue;
            var unreadable = new List<string>();
            var entries = RecordedAttachments.Entries([_cache, _runtimeCache], sandbox.ContainerId, unreadable.Add);
            recorded.AddRange(entries);
            // Whatever else is known, the interface that the runtime names is in use, on whichever network.
            recorded.Add(new CachedAttachment { NetworkName = "", ContainerId = sandbox.ContainerId, IfName = sandbox.IfName });
            foreach (string file in unreadable)
            {
                failures.Add(new CniException(CniErrorCode.DecodingFailure, $"{file}: a cached result of container {sandbox.ContainerId}, which is in use, cannot be read"));
                known = Knowledge.Lost;
            }
            if (entries.Count == 0 && known == Knowledge.Complete)
                known = Knowledge.DefaultNetworkOnly;
        }
        return (recorded, known);
    }

    // What the sandboxes that stay have, with the configuration that it was made with.
    private static List<(NetworkConfigList List, GcAttachment Attachment)> HeldBy(List<SandboxJournal> kept, List<CniException> failures)
    {
        var held = new List<(NetworkConfigList, GcAttachment)>();
        foreach (var journal in kept)
        {
            foreach (var attachment in journal.Attachments)
            {
                Collect(failures, attachment.DisplayName, () => held.Add(
                    (NetworkConfigList.Parse(attachment.Config, $"journal of {journal.ContainerId}"), new GcAttachment(journal.ContainerId, attachment.InterfaceName))));
            }
        }
        return held;
    }

    // Every network that a pod may have been attached to: those of living sandboxes, those configured, those defined.
    private List<(NetworkConfigList List, List<GcAttachment> Attachments)> NetworksToAsk(
        List<(NetworkConfigList List, GcAttachment Attachment)> held, List<CachedAttachment> recorded, bool all, List<CniException> failures)
    {
        var networks = new Dictionary<string, (NetworkConfigList List, List<GcAttachment> Attachments)>();
        foreach (var candidate in ConfiguredNetworks(failures, defaultOnly: !all))
            networks.TryAdd(candidate.Config.Name, (candidate.Config, []));
        if (all)
        {
            // Where they cannot be listed, those that are configured or in use are asked all the same.
            try
            {
                foreach (var candidate in DefinedNetworks())
                    networks.TryAdd(candidate.Config.Name, (candidate.Config, []));
            }
            catch (CniException e)
            {
                failures.Add(e);
            }
        }
        foreach (var (list, attachment) in held)
        {
            if (all)
                networks.TryAdd(list.Name, (list, []));
            if (networks.TryGetValue(list.Name, out var network))
                network.Attachments.Add(attachment);
        }
        foreach (var entry in recorded)
        {
            foreach (var (name, network) in networks)
            {
                if (entry.NetworkName.Length == 0 || entry.NetworkName == name)
                    network.Attachments.Add(new GcAttachment(entry.ContainerId, entry.IfName));
            }
        }
        return [.. networks.Values];
    }

    private List<NetworkCandidate> DefinedNetworks()
    {
        var lookup = new NetworkLookup(_config, _source);
        var networks = new List<NetworkCandidate>();
        foreach (var definition in _source?.Definitions() ?? [])
        {
            try
            {
                networks.Add(lookup.FromDefinition(definition));
            }
            catch (CniException)
            {
                // A definition that is wrong was never attached; it is reported to those who use it.
            }
        }
        return networks;
    }
}
