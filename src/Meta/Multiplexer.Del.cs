using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Detaching;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Sources;

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
        Release(request);
    }

    // The sandbox's lock is held.
    private void Release(SandboxRequest request)
    {
        var releaser = Releaser();
        var (journal, guess) = Find(request);
        // What a guess cannot release was most likely never there.
        if (guess is not null)
            releaser.Release(guess, request.Path);
        if (journal is not null)
        {
            var failures = releaser.Release(journal with { NetNs = SandboxNamespace.PathFor(journal, request.NetNs) }, request.Path);
            if (failures.Count > 0)
                throw Failures.Combine($"{request}: not all networks could be released", failures);
        }
        _journals.Delete(request.ContainerId, request.IfName);
        if (guess is not null || journal is { Network.Length: 0 })
            RecordedAttachments.DeleteMultusFile(_config.CniDir, request.ContainerId);
        ClearStatus(request.Pod);
    }

    // DEL of a sandbox may come, or come again, when its pod has a new one already: then the status is the new one's.
    private void ClearStatus(PodReference? pod)
    {
        // All journals of the node are read for this.
        if (_statusSink is { OutlivesPod: true } && pod is not null
            && !_journals.List().Any(other => other.Pod is { } owner && owner.Namespace == pod.Namespace && owner.Name == pod.Name))
        {
            _statusSink.Clear(pod);
        }
    }

    // The journal; else libcni's cache, which is written beside it and by Multus; where that says nothing, what an ADD would do now.
    private (SandboxJournal? Recorded, SandboxJournal? Guessed) Find(SandboxRequest request)
    {
        CniException? unreadable = null;
        try
        {
            if (_journals.Read(request.ContainerId, request.IfName) is { } journal)
                return (journal, null);
        }
        catch (CniException e) when (e.Code == CniErrorCode.DecodingFailure)
        {
            unreadable = e;
        }
        var others = _journals.Others(request.ContainerId, request.IfName);
        var recorded = RecordedAttachments.FromCache([_cache, _runtimeCache], request, others, out bool isWhole);
        if (recorded.Attachments.Count > 0 && isWhole)
            return (recorded, null);
        if (unreadable is not null)
            _progress?.Detached("", "", unreadable, TimeSpan.Zero);
        var guessed = RecordedAttachments.FromPlan(request, Planner(devices: null).Plan, [.. others, recorded]);
        return (recorded.Attachments.Count > 0 ? recorded : null, guessed);
    }
}
