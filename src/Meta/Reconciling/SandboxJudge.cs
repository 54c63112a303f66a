using MultiNet.Cni;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Sources;
using MultiNet.Netlink;

namespace MultiNet.Meta.Reconciling;

/// <summary>Finds out which sandboxes are dead. Whatever is in doubt is alive.</summary>
internal sealed class SandboxJudge
{
    private readonly IPodNetworkSource? _source;
    private readonly SuspectStore _suspects;
    private readonly NodeProcesses _processes;
    private readonly TimeSpan _grace;
    private readonly HostLinks _hostLinks = new();

    /// <param name="source">The pods; null where nobody knows them.</param>
    /// <param name="suspects">Since when sandboxes look dead.</param>
    /// <param name="processes">The processes of the node.</param>
    /// <param name="grace">How long a namespace of a pod that is gone must have been without a process.</param>
    public SandboxJudge(IPodNetworkSource? source, SuspectStore suspects, NodeProcesses processes, TimeSpan grace)
    {
        _source = source;
        _suspects = suspects;
        _processes = processes;
        _grace = grace;
    }

    /// <summary>Is the sandbox dead, and why?</summary>
    public SandboxVerdict Of(SandboxJournal journal)
    {
        if (_hostLinks.WhyGone(journal) is { } reason)
            return new SandboxVerdict(SandboxLife.Dead, reason);
        var verdict = WithNamespace(journal);
        if (verdict.Life == SandboxLife.Alive)
            _suspects.Forget(journal);
        return verdict;
    }

    // The namespace is there, kept by its path. That alone is no life: a runtime that was killed leaves it behind.
    private SandboxVerdict WithNamespace(SandboxJournal journal)
    {
        if (journal.Pod is not { Uid.Length: > 0 } pod || _source is null || HasProcess(journal))
            return SandboxVerdict.Alive;
        string gone;
        try
        {
            var found = _source.FindPod(pod);
            if (found is not null && (found.IsStatic || found.Uid.Length == 0 || found.Uid == pod.Uid))
                return SandboxVerdict.Alive;
            gone = found is null ? "the pod is gone" : "the pod was replaced by another of the same name";
        }
        catch (CniException e)
        {
            return new SandboxVerdict(SandboxLife.InDoubt, $"no process is in its namespace, and it is not known whether the pod is there: {e.Message}");
        }
        gone += ", and no process is in its namespace";
        return _suspects.Suspect(journal) >= _grace
            ? new SandboxVerdict(SandboxLife.Dead, gone)
            : new SandboxVerdict(SandboxLife.InDoubt, $"{gone}: released when this lasts {_grace.TotalSeconds:0} s");
    }

    private bool HasProcess(SandboxJournal journal)
    {
        if (_processes.AnyOf(journal.ContainerId))
            return true;
        try
        {
            using var found = NetworkNamespace.Open(journal.NetNs);
            return _processes.AnyIn(found.Inode);
        }
        catch (KernelException)
        {
            return true; // it cannot be looked at
        }
    }
}
