using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Detaching;
using MultiNet.Meta.Journal;

namespace MultiNet.Meta;

public sealed partial class Multiplexer
{
    /// <summary>
    /// Releases everything that an ADD of the sandbox took. Succeeds where nothing is left, may be repeated, and needs neither the
    /// source nor the definitions nor the namespace.
    /// </summary>
    /// <exception cref="CniException">What could not be released; it stays in the journal, and another DEL tries again.</exception>
    public void Del(SandboxRequest request)
    {
        request = WithBinDir(request);
        using var held = Lock(request);
        var releaser = new AttachmentReleaser(_config, _journals, _cache, _worker, _progress);
        var (journal, isRecorded) = Find(request);
        // The runtime's word counts for where the namespace is now; it may have none any more.
        journal = journal with { NetNs = request.NetNs.Length > 0 ? request.NetNs : journal.NetNs };
        var failures = releaser.Release(journal, request.Path);
        // Without any record the networks are guessed: what a guess cannot release was most likely never there.
        if (failures.Count > 0 && isRecorded)
            throw Failures.Combine($"{request}: not all networks could be released", failures);
        _journals.Delete(request.ContainerId, request.IfName);
        if (request.Pod is { } pod)
            _statusSink?.Clear(pod);
    }

    // The journal; else libcni's cache, which is written beside it and by Multus; else what an ADD would do now.
    private (SandboxJournal Journal, bool IsRecorded) Find(SandboxRequest request)
    {
        CniException? unreadable = null;
        try
        {
            if (_journals.Read(request.ContainerId, request.IfName) is { } journal)
                return (journal, true);
        }
        catch (CniException e) when (e.Code == CniErrorCode.DecodingFailure)
        {
            unreadable = e;
        }
        var recorded = RecordedAttachments.FromCache(_cache, request);
        if (recorded.Attachments.Count > 0)
            return (recorded, true);
        if (unreadable is not null)
            _progress?.Detached("", "", unreadable, TimeSpan.Zero);
        return (RecordedAttachments.FromPlan(request, Plan), false);
    }
}
