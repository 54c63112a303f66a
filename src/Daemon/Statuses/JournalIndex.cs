using System.Security.Cryptography;
using System.Text;
using MultiNet.Cni;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Status;
using MultiNet.Networks;

namespace MultiNet.Daemon.Statuses;

/// <summary>
/// What the node's journals say about pods, with little memory: a file is read again only when it has changed, and of what it says only the
/// pod and a digest of its status are kept.
/// </summary>
internal sealed class JournalIndex(string stateDir)
{
    private const string Suffix = ".json";

    private readonly string _folder = Path.Combine(stateDir, "journal");
    private readonly JournalStore _store = new(stateDir);
    private readonly Dictionary<string, Known> _files = [];

    /// <summary>Looks at the folder.</summary>
    /// <returns>For each pod of a sandbox that stands the newest one.</returns>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public IReadOnlyCollection<JournaledStatus> Look()
    {
        var seen = new HashSet<string>();
        if (Directory.Exists(_folder))
        {
            foreach (var file in new DirectoryInfo(_folder).EnumerateFiles("*" + Suffix))
            {
                seen.Add(file.Name);
                Refresh(file);
            }
        }
        foreach (string name in _files.Keys)
        {
            if (!seen.Contains(name))
                _files.Remove(name);
        }
        var newest = new Dictionary<(string, string), JournaledStatus>();
        foreach (var known in _files.Values)
        {
            if (known.Status is { } status
                && (!newest.TryGetValue((status.Pod.Namespace, status.Pod.Name), out var other) || other.Created < status.Created))
            {
                newest[(status.Pod.Namespace, status.Pod.Name)] = status;
            }
        }
        return newest.Values;
    }

    /// <summary>The status of a sandbox as text; null where its journal is gone by now.</summary>
    public string? TextOf(JournaledStatus status)
    {
        try
        {
            return _store.Read(status.ContainerId, status.IfName) is { } journal && Stands(journal) ? TextOf(journal) : null;
        }
        catch (CniException)
        {
            return null;
        }
    }

    /// <summary>Is this the text that the journal gives?</summary>
    public static bool IsSame(JournaledStatus status, string text) => Digest(text).AsSpan().SequenceEqual(status.Digest);

    // One of which a DEL has released the default network, and could not release the rest, has no status any more.
    private static bool Stands(SandboxJournal journal) => journal.Complete && journal.Attachments is [{ IsStanding: true, Result: not null }, ..];

    private static string TextOf(SandboxJournal journal) => NetworkStatusWriter.Write(SandboxStatus.Of(journal));

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private void Refresh(FileInfo file)
    {
        int at = file.Name.LastIndexOf('@');
        if (at <= 0 || (_files.TryGetValue(file.Name, out var known) && known.Written == file.LastWriteTimeUtc && known.Length == file.Length))
            return;
        known = new Known(file.LastWriteTimeUtc, file.Length, null);
        try
        {
            if (_store.Read(file.Name[..at], file.Name[(at + 1)..^Suffix.Length]) is { Pod: { } pod } journal && Stands(journal))
                known = known with { Status = new JournaledStatus(pod, journal.ContainerId, journal.IfName, journal.Created, Digest(TextOf(journal))) };
        }
        catch (CniException)
        {
            // Its own DEL and "multinet status" say what is wrong with it.
        }
        _files[file.Name] = known;
    }

    private sealed record Known(DateTime Written, long Length, JournaledStatus? Status);
}
