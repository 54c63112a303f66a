using System.Diagnostics;
using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Journal;
using MultiNet.Netlink;
using MultiNet.Networks;

namespace MultiNet.Meta.Detaching;

/// <summary>Releases the attachments of a journal: in reverse order, past every failure, remembering what is left.</summary>
internal sealed class AttachmentReleaser
{
    private readonly MetaConfig _config;
    private readonly JournalStore _journals;
    private readonly ResultCache _cache;
    private readonly ResultCache _runtimeCache;
    private readonly AttachmentWorker _worker;
    private readonly IAttachmentProgress? _progress;

    public AttachmentReleaser(
        MetaConfig config, JournalStore journals, ResultCache cache, ResultCache runtimeCache, AttachmentWorker worker, IAttachmentProgress? progress)
    {
        _config = config;
        _journals = journals;
        _cache = cache;
        _runtimeCache = runtimeCache;
        _worker = worker;
        _progress = progress;
    }

    /// <summary>Releases all, and removes the journal when nothing is left; else writes down what is.</summary>
    /// <param name="journal">What to release.</param>
    /// <param name="path">Where external plugins are found.</param>
    /// <returns>What could not be released.</returns>
    public IReadOnlyList<CniException> Release(SandboxJournal journal, IReadOnlyList<string> path)
    {
        DeleteLinkGroup(journal);
        var failures = new List<CniException>();
        var attachments = journal.Attachments.ToArray();
        for (int i = attachments.Length - 1; i >= 0; i--)
        {
            if (attachments[i].Released)
                continue;
            if (TryRelease(journal, attachments[i], path, failures))
                attachments[i] = attachments[i] with { Released = true };
        }
        if (failures.Count == 0)
        {
            _journals.Delete(journal.ContainerId, journal.IfName);
            return failures;
        }
        try
        {
            _journals.Write(journal with { Attachments = attachments }, durable: true);
        }
        catch (CniException e)
        {
            failures.Add(e); // the journal as it was still stands, so the next DEL releases again what is released already
        }
        return failures;
    }

    /// <summary>Releases some attachments of a sandbox that stays, in reverse order. The caller writes the journal.</summary>
    /// <param name="journal">The sandbox.</param>
    /// <param name="chosen">Which are released.</param>
    /// <param name="path">Where external plugins are found.</param>
    /// <param name="failures">Hears what could not be released.</param>
    /// <returns>The journal without what was released.</returns>
    public SandboxJournal Release(SandboxJournal journal, Predicate<JournalAttachment> chosen, IReadOnlyList<string> path, List<CniException> failures)
    {
        var left = journal.Attachments.ToList();
        for (int i = left.Count - 1; i >= 0; i--)
        {
            if (chosen(left[i]) && TryRelease(journal, left[i], path, failures))
                left.RemoveAt(i);
        }
        return journal with { Attachments = left };
    }

    private bool TryRelease(SandboxJournal journal, JournalAttachment attachment, IReadOnlyList<string> path, List<CniException> failures)
    {
        long started = Stopwatch.GetTimestamp();
        CniException? error = null;
        try
        {
            var list = NetworkConfigList.Parse(attachment.Config, $"journal of {journal.ContainerId}");
            var runtime = attachment.ToRuntimeConfig(journal);
            bool wasAdded = (journal.Complete && !attachment.Attaching) || attachment.Result is not null;
            _worker.Runner(path).Del(list, runtime, attachment.Result, Deadline.After(_config.AttachmentTimeout), wasAdded);
            _cache.Delete(list.Name, runtime.ContainerId, runtime.IfName);
            // What was not attached by this plugin may stand in the runtime's cache, and the runtime will ask for it no more.
            if (journal.Network.Length == 0 && list.Name != _config.Name)
                _runtimeCache.Delete(list.Name, runtime.ContainerId, runtime.IfName);
            if (attachment.DeviceInfoFile.Length > 0)
                DeviceInfoFiles.Delete(attachment.DeviceInfoFile);
        }
        catch (CniException e)
        {
            error = e.Prefixed($"network {attachment.DisplayName} on {attachment.InterfaceName}: ");
            failures.Add(error);
        }
        _progress?.Detached(attachment.DisplayName, attachment.InterfaceName, error, Stopwatch.GetElapsedTime(started));
        return error is null;
    }

    // One message and one grace period for all links of ours in the namespace. The plugins' own DEL then finds them gone, and
    // does the rest; where this fails, they delete them one by one.
    private void DeleteLinkGroup(SandboxJournal journal)
    {
        if (journal.NetNs.Length == 0 || !journal.Attachments.Any(a => a.InLinkGroup && !a.Released))
            return;
        // Another sandbox of the container has its links in the same group of the same namespace.
        if (_journals.HasOthers(journal.ContainerId, journal.IfName))
            return;
        try
        {
            _worker.Kernel.Socket(journal.NetNs).LinkDeleteGroup(LinkGroup.Number);
        }
        catch (Exception e) when (e is KernelException or NamespaceNotFoundException or NotANamespaceException or CniException)
        {
            // Gone with its namespace, or left to the plugins.
        }
    }
}
