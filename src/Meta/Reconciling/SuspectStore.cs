using MultiNet.Meta.Journal;

namespace MultiNet.Meta.Reconciling;

/// <summary>
/// Since when a sandbox looks dead that may yet be alive: an empty file for each in <c>stateDir/suspects</c>, whose time counts. A pod that is
/// being started has a namespace without a process for a moment, too.
/// </summary>
internal sealed class SuspectStore
{
    private readonly string _folder;

    /// <param name="stateDir">The state directory.</param>
    public SuspectStore(string stateDir) => _folder = Path.Combine(stateDir, "suspects");

    /// <summary>For how long has the sandbox been suspected? The first time that it is asked for begins the count.</summary>
    public TimeSpan Suspect(SandboxJournal journal)
    {
        string path = PathOf(journal);
        try
        {
            if (!File.Exists(path))
            {
                JournalStore.CreatePrivateDirectory(_folder);
                File.WriteAllBytes(path, []);
                return TimeSpan.Zero;
            }
            var since = DateTime.UtcNow - File.GetLastWriteTimeUtc(path);
            return since > TimeSpan.Zero ? since : TimeSpan.Zero;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return TimeSpan.Zero;
        }
    }

    /// <summary>The sandbox is alive, or released.</summary>
    public void Forget(SandboxJournal journal)
    {
        try
        {
            File.Delete(PathOf(journal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next one tries again.
        }
    }

    private string PathOf(SandboxJournal journal) => Path.Combine(_folder, $"{journal.ContainerId}@{journal.IfName}");
}
