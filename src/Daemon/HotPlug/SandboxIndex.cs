using MultiNet.Cni;
using MultiNet.Meta.HotPlug;
using MultiNet.Meta.Journal;

namespace MultiNet.Daemon.HotPlug;

/// <summary>
/// The node's sandboxes, by their journals, and whether they have what an annotation asks for. A journal is read again only when its file or
/// the annotation has changed.
/// </summary>
internal sealed class SandboxIndex(string stateDir)
{
    private const string Suffix = ".json";

    private readonly string _folder = Path.Combine(stateDir, "journal");
    private readonly JournalStore _store = new(stateDir);
    private readonly Dictionary<string, Known> _files = [];

    /// <summary>Looks at the folder.</summary>
    /// <returns>The sandboxes of pods that are attached, and not being released.</returns>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public IReadOnlyList<SandboxEntry> Look()
    {
        var seen = new HashSet<string>();
        var entries = new List<SandboxEntry>();
        if (Directory.Exists(_folder))
        {
            foreach (var file in new DirectoryInfo(_folder).EnumerateFiles("*" + Suffix))
            {
                seen.Add(file.Name);
                Refresh(file);
                if (_files.TryGetValue(file.Name, out var known) && known.Entry is { } entry)
                    entries.Add(entry);
            }
        }
        foreach (string name in _files.Keys)
        {
            if (!seen.Contains(name))
                _files.Remove(name);
        }
        return entries;
    }

    /// <summary>Has the sandbox what the annotation asks for?</summary>
    public bool HasAll(SandboxEntry entry, string annotation)
    {
        string name = Path.GetFileName(_store.PathOf(entry.ContainerId, entry.IfName));
        if (!_files.TryGetValue(name, out var known))
            return true;
        if (known.Annotation == annotation)
            return known.HasAll;
        try
        {
            if (_store.Read(entry.ContainerId, entry.IfName) is not { } journal)
                return true;
            known.HasAll = StandingAttachments.AreAll(journal, entry.Pod.Namespace, annotation);
            known.Annotation = annotation;
            return known.HasAll;
        }
        catch (CniException)
        {
            return true; // "multinet status" says what is wrong with it
        }
    }

    private void Refresh(FileInfo file)
    {
        int at = file.Name.LastIndexOf('@');
        if (at <= 0 || (_files.TryGetValue(file.Name, out var known) && known.Written == file.LastWriteTimeUtc && known.Length == file.Length))
            return;
        known = new Known(file.LastWriteTimeUtc, file.Length);
        try
        {
            if (_store.Read(file.Name[..at], file.Name[(at + 1)..^Suffix.Length]) is { Complete: true, KnowsSelections: true, Pod: { } pod } journal
                && !journal.Attachments.Any(attachment => attachment.Released))
            {
                known.Entry = new SandboxEntry(pod, journal.ContainerId, journal.IfName);
            }
        }
        catch (Exception e) when (e is CniException or IOException)
        {
            // As above, or released in this moment.
        }
        _files[file.Name] = known;
    }

    private sealed class Known(DateTime written, long length)
    {
        public DateTime Written => written;

        public long Length => length;

        public SandboxEntry? Entry { get; set; }

        public string? Annotation { get; set; }

        public bool HasAll { get; set; }
    }
}
