using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MultiNet.Meta.Journal;

/// <summary>The few calls on files of <c>stateDir</c> for which .NET has no method. Failures leave the number in errno.</summary>
internal static partial class StateFile
{
    internal const int LockShared = 1;
    internal const int LockExclusive = 2;
    internal const int LockNonBlocking = 4;

    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int CloseOnExec = 0x80000;

    private const int ENOSPC = 28;
    private const int EDQUOT = 122;

    /// <summary>Is the last error that the disk, its inodes or the quota are used up?</summary>
    internal static bool IsDiskFull => Marshal.GetLastPInvokeError() is ENOSPC or EDQUOT;

    /// <summary>
    /// Opens a file for locking, and makes it where it is missing (mode 0600); null if that fails. Not File.OpenHandle: it takes a lock of
    /// its own on what it opens, and fails where another has one.
    /// </summary>
    internal static SafeFileHandle? OpenForLock(string path)
    {
        int fd = Open(path, ReadWrite | Create | CloseOnExec, 0x180);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : null;
    }

    /// <summary>Opens a folder, to flush or to lock it; null if that fails.</summary>
    internal static SafeFileHandle? OpenDirectory(string path)
    {
        int fd = Open(path, CloseOnExec, 0);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : null;
    }

    /// <summary>Brings a folder's entries to the disk, so that what was renamed in it has its new name after a power cut.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    internal static void FlushDirectory(string path)
    {
        using var handle = OpenDirectory(path) ?? throw new IOException($"cannot open {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        if (Sync(handle) != 0)
            throw new IOException($"cannot flush {path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>flock(2).</summary>
    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    internal static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);
}
