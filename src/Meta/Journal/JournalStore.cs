using MultiNet.Cni;

namespace MultiNet.Meta.Journal;

/// <summary>The journals on disk: one file per sandbox and interface below <c>stateDir</c>, replaced by rename, mode 0600.</summary>
public sealed class JournalStore
{
    // Not a character of a container id, so that no two sandboxes can have the same file.
    private const char Separator = '@';
    private const string Suffix = ".json";
    private readonly string _directory;

    /// <summary>Opens the store; nothing is created before something is written.</summary>
    /// <param name="stateDir">The state directory.</param>
    public JournalStore(string stateDir) => _directory = Path.Combine(stateDir, "journal");

    /// <summary>The file of a sandbox.</summary>
    public string PathOf(string containerId, string ifName) => Path.Combine(_directory, containerId + Separator + ifName + Suffix);

    /// <summary>Reads a sandbox's journal; null where there is none.</summary>
    /// <exception cref="CniException">Code 6: the file is no journal. Code 5: it cannot be read.</exception>
    public SandboxJournal? Read(string containerId, string ifName) => ReadFile(PathOf(containerId, ifName));

    /// <summary>All journals; what cannot be read is reported to <paramref name="unreadable"/> and left out.</summary>
    public IReadOnlyList<SandboxJournal> List(Action<string, CniException>? unreadable = null)
    {
        var journals = new List<SandboxJournal>();
        if (!Directory.Exists(_directory))
            return journals;
        foreach (string path in Directory.EnumerateFiles(_directory, "*" + Suffix))
        {
            try
            {
                if (ReadFile(path) is { } journal)
                    journals.Add(journal);
            }
            catch (CniException e)
            {
                unreadable?.Invoke(path, e);
            }
        }
        return journals;
    }

    /// <summary>The journals of a container's other sandboxes: a runtime may attach one container to several networks, each under an interface of its own.</summary>
    /// <remarks>One that cannot be read is left out.</remarks>
    public IReadOnlyList<SandboxJournal> Others(string containerId, string ifName)
    {
        var others = new List<SandboxJournal>();
        foreach (string path in OtherFiles(containerId, ifName))
        {
            try
            {
                if (ReadFile(path) is { } journal)
                    others.Add(journal);
            }
            catch (CniException)
            {
                // Its own DEL reports it.
            }
        }
        return others;
    }

    /// <summary>Has the container other sandboxes, whose journals can be read or not?</summary>
    public bool HasOthers(string containerId, string ifName) => OtherFiles(containerId, ifName).Any();

    private IEnumerable<string> OtherFiles(string containerId, string ifName)
    {
        string own = PathOf(containerId, ifName);
        return Directory.Exists(_directory)
            ? Directory.EnumerateFiles(_directory, containerId + Separator + "*" + Suffix).Where(path => path != own)
            : [];
    }

    /// <summary>Writes a journal so that a reader sees the old or the new one and nothing else.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="durable">Must it survive a power cut? Then it is flushed to the disk before this returns.</param>
    /// <exception cref="CniException">Code 5: it cannot be written; the old one, if any, stands.</exception>
    public void Write(SandboxJournal journal, bool durable)
    {
        string path = PathOf(journal.ContainerId, journal.IfName);
        string temporary = path + ".tmp";
        try
        {
            CreatePrivateDirectory(_directory);
            var options = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using var file = new FileStream(temporary, options);
            file.Write(SandboxJournalFormat.Write(journal));
            if (durable)
                file.Flush(flushToDisk: true);
            File.Move(temporary, path, overwrite: true);
            if (durable)
                StateFile.FlushDirectory(_directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new CniException(CniErrorCode.IOFailure, $"cannot write the journal {path}: {e.Message}", "nothing was changed; free or fix the disk and try again", e);
        }
    }

    /// <summary>Removes a sandbox's journal; fine where there is none.</summary>
    /// <exception cref="CniException">Code 5: it cannot be removed.</exception>
    public void Delete(string containerId, string ifName)
    {
        string path = PathOf(containerId, ifName);
        try
        {
            File.Delete(path + ".tmp");
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing was ever written.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"cannot remove the journal {path}: {e.Message}", "", e);
        }
    }

    /// <summary>Makes a directory, with its parents, that only its owner may enter.</summary>
    internal static void CreatePrivateDirectory(string path)
    {
        if (!Directory.Exists(path))
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static SandboxJournal? ReadFile(string path)
    {
        byte[] json;
        try
        {
            json = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"cannot read the journal {path}: {e.Message}", "", e);
        }
        return SandboxJournalFormat.Read(json, path);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report; a later write replaces the file.
        }
    }
}
