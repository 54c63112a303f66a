using MultiNet.Cni;
using MultiNet.Delegates;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Detaching;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Status;

namespace MultiNet.Meta.Reconciling;

/// <summary>
/// Compares what the node has recorded with what lives on it, and releases what no living sandbox owns: first dead sandboxes by their journals, as
/// DEL would, or by libcni's cache where the journal is lost; then what networks hold for attachments of which nothing is known any more.
/// </summary>
internal sealed class Reconciler
{
    private readonly MetaConfig _config;
    private readonly IPodNetworkSource? _source;
    private readonly IReadOnlyList<string> _path;
    private readonly TimeSpan _grace;
    private readonly IAttachmentProgress? _progress;
    private readonly JournalStore _journals;
    private readonly NodeProcesses _processes = new();
    private readonly SuspectStore _suspects;
    private readonly SandboxJudge _judge;
    private readonly ReconcileReport _report;

    /// <param name="config">The configuration.</param>
    /// <param name="source">Pods and definitions; null where there are none.</param>
    /// <param name="path"><c>CNI_PATH</c>.</param>
    /// <param name="grace">How long something must look dead that has a namespace, or was made a moment ago.</param>
    /// <param name="dryRun">Only look.</param>
    /// <param name="progress">Hears what is released; null for nobody.</param>
    public Reconciler(MetaConfig config, IPodNetworkSource? source, IReadOnlyList<string> path, TimeSpan grace, bool dryRun, IAttachmentProgress? progress)
    {
        _config = config;
        _source = source;
        _path = path;
        _grace = grace;
        _progress = progress;
        _journals = new JournalStore(config.StateDir);
        _suspects = new SuspectStore(config.StateDir);
        _judge = new SandboxJudge(source, _suspects, _processes, grace);
        _report = new ReconcileReport { DryRun = dryRun };
    }

    /// <summary>Does it. Failures are in the report; whatever else could be done was done.</summary>
    public ReconcileReport Run()
    {
        // In this order: an ADD writes its journal before it writes the cache.
        var caches = new NodeCaches(new ResultCache(_config.CniDir), new ResultCache(_config.RuntimeCacheDir), _processes);
        var journals = _journals.List((_, error) => _report.Failures.Add(error));
        _report.Sandboxes = journals.Count;
        foreach (var journal in journals)
            Judge(journal);
        foreach (var request in caches.WithoutJournal(journals))
        {
            if (caches.IsDead(request))
                Release(request, RecordedAttachments.FromCache([new ResultCache(_config.CniDir)], request, [], out _), "its journal is lost, and its network namespace is gone", now => now is null);
        }
        ReleaseUnowned();
        if (!_report.DryRun)
            StateLock.RemoveIdle(_config.StateDir);
        return _report;
    }

    private void Judge(SandboxJournal journal)
    {
        var verdict = _judge.Of(journal);
        if (verdict.Life == SandboxLife.InDoubt)
            _report.InDoubt.Add((journal, verdict.Reason));
        if (verdict.Life == SandboxLife.Dead)
            Release(RequestOf(journal), journal, verdict.Reason, now => now is not null && _judge.Of(now).Life == SandboxLife.Dead);
    }

    private void Release(SandboxRequest request, SandboxJournal journal, string reason, Predicate<SandboxJournal?> isDead)
    {
        try
        {
            bool released = _report.DryRun;
            if (!released)
            {
                using var multiplexer = Open();
                released = multiplexer.Reclaim(request, isDead);
            }
            if (!released)
                return;
            _report.Released.Add((journal, reason));
            if (!_report.DryRun)
                _suspects.Forget(journal);
        }
        catch (CniException e)
        {
            _report.Failures.Add(e);
        }
    }

    private void ReleaseUnowned()
    {
        try
        {
            using var kernel = new NodeKernel();
            // First while the node goes on: mostly there is nothing, and nobody has to wait.
            var found = Search(kernel.RecordsFolder, dryRun: true).Found;
            _report.UnownedInDoubt = found.InDoubt;
            if (_report.DryRun)
            {
                _report.Reservations.AddRange(found.Reservations);
                _report.Records.AddRange(found.Records);
            }
            else if (found.Reservations.Count + found.Records.Count > 0)
            {
                var (unowned, networks, failure) = Search(kernel.RecordsFolder, dryRun: false);
                var (reservations, records) = unowned.Released(networks);
                _report.UnownedInDoubt = unowned.InDoubt;
                _report.Reservations.AddRange(reservations);
                _report.Records.AddRange(records);
                if (failure is not null)
                    throw failure;
            }
        }
        catch (CniException e)
        {
            _report.Failures.Add(e);
        }
    }

    private (Unowned Found, IReadOnlyList<OwnedNetwork> Networks, CniException? Failure) Search(string recordsFolder, bool dryRun)
    {
        Unowned? unowned = null;
        IReadOnlyList<OwnedNetwork> networks = [];
        using var multiplexer = Open();
        try
        {
            multiplexer.ReleaseUnowned(_path, Look, (all, evidence) => networks = unowned!.Find(all, evidence), dryRun);
            return (unowned!, networks, null);
        }
        catch (CniException e) when (networks.Count > 0)
        {
            return (unowned!, networks, e);
        }

        NodeEvidence Look()
        {
            // All anew: of what was read before the lock was taken, some may be gone, and some may have come.
            var processes = new NodeProcesses();
            var unreadable = new List<CniException>();
            var caches = new NodeCaches(new ResultCache(_config.CniDir), new ResultCache(_config.RuntimeCacheDir), processes);
            var journals = _journals.List((_, error) => unreadable.Add(error));
            unowned = new Unowned(processes, caches, recordsFolder, _grace);
            var alive = new List<GcAttachment>();
            foreach (var entry in caches.Entries)
            {
                var attachment = new GcAttachment(entry.ContainerId, entry.IfName);
                if (!alive.Contains(attachment) && !journals.Any(j => j.ContainerId == entry.ContainerId) && !caches.IsDead(entry))
                    alive.Add(attachment);
            }
            return new NodeEvidence { Journals = journals, LiveWithoutJournal = alive, Unreadable = unreadable };
        }
    }

    private Multiplexer Open() => new(_config, _source, _config.ManifestDir.Length > 0 ? StatusSinks.Open(_config, api: null) : null, _progress);

    private SandboxRequest RequestOf(SandboxJournal journal) => new()
    {
        ContainerId = journal.ContainerId,
        NetNs = "",
        IfName = journal.IfName,
        Pod = journal.Pod,
        Path = [.. _path, .. journal.Path.Where(folder => !_path.Contains(folder))],
    };
}
