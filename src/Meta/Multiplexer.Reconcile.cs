using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Detaching;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Reconciling;

namespace MultiNet.Meta;

// What a node does without the runtime's list of what is in use: after a reboot, after a runtime that was killed, after lost state.
public sealed partial class Multiplexer
{
    /// <summary>Releases a sandbox if it is dead. It is judged once more under its lock, beside which nothing else happens to it.</summary>
    /// <param name="request">Container, interface, pod and <c>CNI_PATH</c>.</param>
    /// <param name="isDead">Judges the journal as it is now; null where there is none.</param>
    /// <returns>False: it is alive, or was released by somebody else.</returns>
    /// <exception cref="CniException">What could not be released; it stays in the journal.</exception>
    internal bool Reclaim(SandboxRequest request, Predicate<SandboxJournal?> isDead)
    {
        request = WithBinDir(request) with { NetNs = "" };
        using var held = Lock(request);
        if (!isDead(_journals.Read(request.ContainerId, request.IfName)))
            return false;
        Release(request);
        return true;
    }

    /// <summary>
    /// Lets the networks release what belongs to nobody that is known: attachments whose journal is lost. No ADD or DEL runs meanwhile. A network
    /// of any version is asked, as far as its plugins are built in.
    /// </summary>
    /// <param name="path"><c>CNI_PATH</c>.</param>
    /// <param name="look">Looks at the node, once nothing moves any more.</param>
    /// <param name="choose">Chooses the networks that are asked, with what is valid on each, from all networks that there are.</param>
    /// <param name="dryRun">Only look and choose, while the node goes on.</param>
    /// <exception cref="CniException">It is not known what is in use, and nothing was asked; or what could not be released.</exception>
    internal void ReleaseUnowned(
        IReadOnlyList<string> path, Func<NodeEvidence> look, Func<IReadOnlyList<OwnedNetwork>, NodeEvidence, IReadOnlyList<OwnedNetwork>> choose, bool dryRun)
    {
        using var locked = dryRun ? null : StateLock.ForNode(_config.StateDir, LockPatience);
        var evidence = look();
        var failures = new List<CniException>(evidence.Unreadable);
        List<SandboxJournal> journals = [.. evidence.Journals];
        var (recorded, known) = WithoutJournal(evidence.LiveWithoutJournal, journals, failures);
        var held = HeldBy(journals, failures);
        if (known == Knowledge.Lost || failures.Count > 0)
            throw Failures.Combine("no network was asked to release what nobody uses, because it is not known what is in use", failures);

        var networks = new List<OwnedNetwork>();
        foreach (var (list, attachments) in NetworksToAsk(held, recorded, known == Knowledge.Complete, failures))
            networks.Add(new OwnedNetwork(list, attachments));
        var chosen = choose(networks, evidence);
        if (dryRun)
            return;
        var folders = PluginPath(path);
        var runner = _worker.Runner(folders);
        foreach (var network in chosen)
        {
            if (WithGc(network.Config, folders) is { } list)
                Collect(failures, list.Name, () => runner.Gc(list, network.Attachments, Deadline.After(_config.AttachmentTimeout)));
        }
        if (failures.Count > 0)
            throw Failures.Combine("not everything could be released", failures);
    }

    // GC exists since version 1.1.0 of the specification. Our plugins do it for a network of any version; those of other people are asked
    // only in a chain that says that it speaks 1.1.0.
    private NetworkConfigList? WithGc(NetworkConfigList list, List<string> folders)
    {
        if (CniVersion.AtLeast(list.CniVersion, "1.1.0"))
            return list;
        var chain = list.Plugins.Where(plugin => IsBuiltIn(plugin.Type) && (plugin.Fields.Object("ipam").String("type") is not { Length: > 0 } ipam || IsBuiltIn(ipam))).ToList();
        if (chain.Count == 0 || list.DisableGc)
            return null;
        var writer = new GoJsonWriter(indented: false);
        writer.BeginObject();
        writer.Name("cniVersion");
        writer.String("1.1.0");
        writer.Name("name");
        writer.String(list.Name);
        writer.Name("plugins");
        writer.BeginArray();
        foreach (var plugin in chain)
            writer.Raw(plugin.Bytes.Span);
        writer.EndArray();
        writer.EndObject();
        return NetworkConfigList.Parse(writer.Written.ToArray(), list.Name);

        bool IsBuiltIn(string type)
        {
            try
            {
                return _worker.Invoker.Resolve(type, folders).IsBuiltIn;
            }
            catch (CniException)
            {
                return false; // it is no more to be found
            }
        }
    }
}
