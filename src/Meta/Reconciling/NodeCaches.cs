using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Detaching;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Plugin;
using MultiNet.Netlink;

namespace MultiNet.Meta.Reconciling;

/// <summary>The caches of libcni as evidence: ours and Multus' beside the journals, and the runtime's own.</summary>
internal sealed class NodeCaches
{
    private readonly ResultCache _own;
    private readonly List<string> _unreadable = [];
    private readonly NodeProcesses _processes;
    private readonly HostLinks _hostLinks = new();

    /// <param name="own">The cache in <c>cniDir</c>.</param>
    /// <param name="runtime">The runtime's.</param>
    /// <param name="processes">The processes of the node.</param>
    public NodeCaches(ResultCache own, ResultCache runtime, NodeProcesses processes)
    {
        _own = own;
        _processes = processes;
        OwnEntries = own.List("", _unreadable.Add);
        Entries = [.. OwnEntries, .. runtime.List("", _unreadable.Add)];
    }

    /// <summary>The entries beside the journals.</summary>
    public IReadOnlyList<CachedAttachment> OwnEntries { get; }

    /// <summary>All entries.</summary>
    public IReadOnlyList<CachedAttachment> Entries { get; }

    /// <summary>Could an entry that cannot be read be one of the container?</summary>
    public bool MayKnow(string containerId) => _unreadable.Exists(file => file.Contains($"-{containerId}-", StringComparison.Ordinal));

    /// <summary>Containers beside the journals that have none, one request for each; only their own cache tells what they have.</summary>
    public IEnumerable<SandboxRequest> WithoutJournal(IReadOnlyList<SandboxJournal> journals)
    {
        foreach (var container in OwnEntries.GroupBy(entry => entry.ContainerId))
        {
            if (journals.Any(journal => journal.ContainerId == container.Key))
                continue;
            // The default network's interface has no number of ours; which one it is decides nothing but the order.
            var first = container.FirstOrDefault(entry => entry.IfName == "eth0") ?? container.First();
            yield return new SandboxRequest
            {
                ContainerId = container.Key, NetNs = first.NetNs, IfName = first.IfName, Args = first.Args, Pod = PodOf(first),
            };
        }
    }

    /// <summary>Is the container, which has no journal, dead? Its namespace is gone, no veth of it is on the node, and no process names it.</summary>
    public bool IsDead(SandboxRequest request)
    {
        var recorded = RecordedAttachments.FromCache([_own], request, [], out bool isWhole);
        return isWhole && recorded.NetNs.Length > 0 && _hostLinks.WhyGone(recorded) is not null && !_processes.AnyOf(request.ContainerId);
    }

    /// <summary>Is the namespace of an entry gone, and the container named by no process?</summary>
    public bool IsDead(CachedAttachment entry)
    {
        if (entry.NetNs.Length == 0 || _processes.AnyOf(entry.ContainerId))
            return false;
        try
        {
            NetworkNamespace.Open(entry.NetNs).Dispose();
            return false;
        }
        catch (Exception e) when (e is NamespaceNotFoundException or NotANamespaceException)
        {
            return true;
        }
        catch (KernelException)
        {
            return false;
        }
    }

    private static Sources.PodReference? PodOf(CachedAttachment entry)
    {
        try
        {
            return PodArguments.PodOf(entry.Args);
        }
        catch (CniException)
        {
            return null;
        }
    }
}
