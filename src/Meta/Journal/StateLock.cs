using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using MultiNet.Cni;

namespace MultiNet.Meta.Journal;

/// <summary>
/// Locks below <c>stateDir</c> (flock, gone with the process): one per sandbox, because the specification forbids parallel
/// operations for one container, and one for the node, which GC takes alone and everything else together.
/// </summary>
public sealed partial class StateLock : IDisposable
{
    private const int LockShared = 1;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int OpenReadWrite = 2;
    private const int OpenCreate = 0x40;
    private const int OpenCloseOnExec = 0x80000;

    private readonly SafeFileHandle _node;
    private readonly SafeFileHandle? _sandbox;
    private readonly string? _sandboxPath;

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
        var node = TakeNode(stateDir, LockShared, deadline);
        try
        {
            string path = Path.Combine(locks, containerId);
            while (true)
            {
                var handle = OpenLockFile(locks, path);
                Wait(handle, LockExclusive, deadline, path, "another operation on the same sandbox is running");
                if (!WasRemoved(handle))
                    return new StateLock(node, handle, path);
                handle.Dispose(); // the holder before us removed the file: lock the one that has its name now
            }
        }
        catch
        {
            node.Dispose();
            throw;
        }
    }

    /// <summary>Takes the whole node's lock, for GC.</summary>
    /// <exception cref="CniException">Code 11: operations are still running. Code 5: the lock file cannot be made.</exception>
    public static StateLock ForNode(string stateDir, TimeSpan patience) =>
        new(TakeNode(stateDir, LockExclusive, Environment.TickCount64 + (long)patience.TotalMilliseconds), null, null);

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
        var handle = OpenLockFile(stateDir, path);
        try
        {
            Wait(handle, mode, deadline, path, mode == LockExclusive ? "ADD or DEL operations are running" : "GC is running");
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static SafeFileHandle OpenLockFile(string directory, string path)
    {
        try
        {
            JournalStore.CreatePrivateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotOpen(path, e.Message, e);
        }
        // Not File.OpenHandle: it takes a lock of its own on what it opens, and fails where another has one.
        int fd = open(path, OpenReadWrite | OpenCreate | OpenCloseOnExec, 0x180 /* 0600 */);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw CannotOpen(path, Marshal.GetLastPInvokeErrorMessage(), null);
    }

    private static CniException CannotOpen(string path, string reason, Exception? inner) => new(
        CniErrorCode.IOFailure, $"cannot open the lock file {path}: {reason}", "multinet must run as root and stateDir must be writable", inner);

    private static void Wait(SafeFileHandle handle, int mode, long deadline, string path, string reason)
    {
        int pause = 1;
        while (flock(handle, mode | LockNonBlocking) != 0)
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

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle fd, int operation);
}
