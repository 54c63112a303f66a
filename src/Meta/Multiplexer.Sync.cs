using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.HotPlug;
using MultiNet.Meta.Journal;

namespace MultiNet.Meta;

// Hot plugging: NPWG leaves it open; the reference has a controller of its own for it, and forgets what it plugged (DEL leaks it).
public sealed partial class Multiplexer
{
    /// <summary>
    /// Brings a running sandbox to what its pod's networks annotation asks for now: releases what is no longer wanted, attaches what is
    /// new. What is the same stays untouched, and so do the configured networks. May be repeated; one that was interrupted at any moment is
    /// completed by the next one, or released by DEL.
    /// </summary>
    /// <param name="request">Container, interface and <c>CNI_PATH</c>; all else is in the journal.</param>
    /// <exception cref="CniException">
    /// Code 3: the sandbox is not attached. Code 11: the pod is not known, or the sandbox is being attached or released. Else what went wrong:
    /// what was newly attached is rolled back, and what stood stays.
    /// </exception>
    public SandboxChange Sync(SandboxRequest request)
    {
        request = WithBinDir(request);
        using var held = Lock(request);
        var journal = SandboxThatRuns(request);
        if (!journal.KnowsSelections)
        {
            throw new CniException(
                CniErrorCode.Internal, $"{request}: networks cannot be changed: the sandbox was attached by an earlier version, which did not note what the annotation asked for",
                "recreate the pod");
        }
        request = Completed(request, journal);
        return Change(journal, Planner(_devices).PlanChange(request, journal), request);
    }

    // For what the runtime does not call: it may be in the middle of attaching or releasing the sandbox, and have been stopped there.
    private SandboxJournal SandboxThatRuns(SandboxRequest request)
    {
        var journal = _journals.Read(request.ContainerId, request.IfName)
            ?? throw new CniException(
                CniErrorCode.UnknownContainer, $"{request}: interface {request.IfName} is not attached by this plugin",
                $"there is no journal in {_config.StateDir}; a pod in the host's network has none, nor has one from before the installation");
        string? inTheWay = !journal.Complete ? "its ADD has not finished, or was killed"
            : journal.Attachments.Any(a => a.Released) ? "its DEL has begun"
            : null;
        if (inTheWay is not null)
            throw new CniException(CniErrorCode.TryAgainLater, $"{request}: networks cannot be changed: {inTheWay}", "the runtime's next call decides what becomes of it");
        if (SandboxNamespace.WhyGone(journal, out _) is { } gone)
        {
            throw new CniException(
                CniErrorCode.UnknownContainer, $"{request}: networks cannot be changed: {gone}", $"namespace {journal.NetNs}; DEL, or \"multinet reconcile\", releases what it had");
        }
        return journal;
    }

    // What the runtime passed at ADD, from what the default network got of it.
    private static SandboxRequest Completed(SandboxRequest request, SandboxJournal journal) => request with
    {
        NetNs = journal.NetNs,
        Pod = journal.Pod,
        Args = journal.Attachments.Count == 0 ? [] : [.. journal.Attachments[0].Args.Where(pair => pair.Key is not ("MAC" or "IP"))],
        Path = [.. request.Path, .. journal.Path.Where(folder => !request.Path.Contains(folder))],
    };
}
