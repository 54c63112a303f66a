using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using MultiNet.Cni;

namespace MultiNet.Meta.Journal;

/// <summary>
/// Locks below <c>stateDir</c> (flock, gone with the process): one per sandbox, because the specification forbids parallel
/// operations for one container, and one for the node, which GC takes alone and everything else together.
/// </summary>
public sealed class StateLock : IDisposable
{
    private readonly SafeFileHandle _node;
    private readonly SafeFileHandle? _sandbox;
    private readonly string? _sandboxPath;
    private readonly Lock _notes = new();

    private StateLock(SafeFileHandle node, SafeFileHandle? sandbox, string? sandboxPath)
    {
        _node = node;
        _sandbox = sandbox;
        _sandboxPath = sandboxPath;
    }

    /// <summary>Takes a sandbox's lock.</summary>
    /// <param name="stateDir">The state directory.</param>
    /// <param name="containerId">The sandbox.</param>
    /// <param name="patience">How long to wait for another operation on the same sandbox.</param>
    /// <exception cref="CniException">Code 11: it is still taken. Code 5: the lock file cannot be made.</exception>
    public static StateLock ForSandbox(string stateDir, string containerId, TimeSpan patience)
    {
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        string locks = Path.Combine(stateDir, "locks");
        string path = Path.Combine(locks, containerId);
        var node = TakeNode(stateDir, StateFile.LockShared, deadline);
        SafeFileHandle? sandbox = null;
        try
        {
            while (true)
            {
                sandbox = TryOpen(locks, path);
                if (sandbox is null)
                {
                    // A full disk must not keep a DEL from freeing what it can: the node's lock, which is there, serves instead.
                    node.Dispose();
                    node = TakeNode(stateDir, StateFile.LockExclusive, deadline);
                    return new StateLock(node, null, null);
                }
                Wait(sandbox, StateFile.LockExclusive, deadline, path, "another operation on the same sandbox is running");
                if (!WasRemoved(sandbox))
                {
                    StartedPlugins.End(sandbox);
                    return new StateLock(node, sandbox, path);
                }
                sandbox.Dispose(); // the holder before us removed the file: lock the one that has its name now
            }
        }
        catch
        {
            sandbox?.Dispose();
            node.Dispose();
            throw;
        }
    }

    /// <summary>Notes an executable that was started under a sandbox's lock: see <see cref="StartedPlugins"/>. Threads may call it at a time.</summary>
    public void NoteStarted(int process)
    {
        if (_sandbox is not { IsClosed: false } file)
            return;
        lock (_notes)
            StartedPlugins.Note(file, process);
    }

    /// <summary>Ends what a killed process has left at work for a sandbox; with the node's lock, beside which nobody holds the sandbox's.</summary>
    /// <exception cref="CniException">Code 11: it does not end.</exception>
    public static void EndStarted(string stateDir, string containerId)
    {
        string path = Path.Combine(stateDir, "locks", containerId);
        if (!File.Exists(path))
            return;
        using var file = StateFile.OpenForLock(path);
        if (file is not null)
            StartedPlugins.End(file);
    }

    /// <summary>Takes the whole node's lock, for GC.</summary>
    /// <exception cref="CniException">Code 11: operations are still running. Code 5: the lock file cannot be made.</exception>
    public static StateLock ForNode(string stateDir, TimeSpan patience) =>
        new(TakeNode(stateDir, StateFile.LockExclusive, Environment.TickCount64 + (long)patience.TotalMilliseconds), null, null);

    /// <summary>Removes the lock files of sandboxes that nobody holds: a process that was killed has left them. Those that cannot be removed stay.</summary>
    public static void RemoveIdle(string stateDir)
    {
        try
        {
            string locks = Path.Combine(stateDir, "locks");
            if (!Directory.Exists(locks))
                return;
            foreach (string path in Directory.GetFiles(locks))
            {
                using var handle = StateFile.OpenForLock(path);
                // While it is held, as its holder would: whoever waits for it sees that it was removed.
                if (handle is not null && StateFile.Lock(handle, StateFile.LockExclusive | StateFile.LockNonBlocking) == 0 && !WasRemoved(handle)
                    && !StartedPlugins.AreThere(handle))
                {
                    File.Delete(path);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Empty files; the next look comes by again.
        }
    }

    /// <summary>Gives the lock back; a sandbox's lock file is removed.</summary>
    public void Dispose()
    {
        if (_sandboxPath is not null)
        {
            try
            {
                File.Delete(_sandboxPath); // while it is held: see WasRemoved
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // An empty file stays behind; the next holder removes it.
            }
        }
        _sandbox?.Dispose();
        _node.Dispose();
    }

    private static SafeFileHandle TakeNode(string stateDir, int mode, long deadline)
    {
        string path = Path.Combine(stateDir, "lock");
        var handle = TryOpen(stateDir, path) ?? throw CannotOpen(path, "no space left on the disk", null);
        try
        {
            Wait(handle, mode, deadline, path, mode == StateFile.LockExclusive ? "ADD or DEL operations are running" : "GC is running");
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    // Null where the disk is full.
    private static SafeFileHandle? TryOpen(string directory, string path)
    {
        try
        {
            JournalStore.CreatePrivateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotOpen(path, e.Message, e);
        }
        return StateFile.OpenForLock(path) is { } handle
            ? handle
            : StateFile.IsDiskFull ? null : throw CannotOpen(path, Marshal.GetLastPInvokeErrorMessage(), null);
    }

    private static CniException CannotOpen(string path, string reason, Exception? inner) => new(
        CniErrorCode.IOFailure, $"cannot open the lock file {path}: {reason}", "multinet must run as root, and stateDir must be on a disk that has room and can be written", inner);

    private static void Wait(SafeFileHandle handle, int mode, long deadline, string path, string reason)
    {
        int pause = 1;
        while (StateFile.Lock(handle, mode | StateFile.LockNonBlocking) != 0)
        {
            if (Environment.TickCount64 >= deadline)
                throw new CniException(CniErrorCode.TryAgainLater, $"the lock {path} is taken: {reason}", "try again later");
            Thread.Sleep(pause);
            pause = Math.Min(pause * 2, 20);
        }
    }

    // Only the holder of the lock removes the file, and the kernel then marks the link of every open handle. Container ids have
    // no blanks, so the mark cannot be part of a name.
    private static bool WasRemoved(SafeFileHandle handle) =>
        new FileInfo($"/proc/self/fd/{handle.DangerousGetHandle()}").LinkTarget?.EndsWith(" (deleted)", StringComparison.Ordinal) == true;
}
