using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using MultiNet.Cni;
using MultiNet.Meta.Journal;

namespace MultiNet.Meta.Installing;

/// <summary>
/// One at a time installs into a folder: a lock of the folder itself, so that no file stays behind, and so that a container to which the
/// folder is mounted has the same one.
/// </summary>
internal static class InstallLock
{
    /// <summary>Takes the lock; it is gone with the result, and with the process.</summary>
    /// <exception cref="CniException">Code 11: another process has it. Code 5: the folder cannot be opened.</exception>
    public static SafeFileHandle Take(InstallPaths paths)
    {
        var folder = StateFile.OpenDirectory(paths.BinDir)
            ?? throw new CniException(CniErrorCode.IOFailure, $"{paths.BinDir} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}", "installing on a node needs root");
        if (StateFile.Lock(folder, StateFile.LockExclusive | StateFile.LockNonBlocking) == 0)
            return folder;
        string reason = Marshal.GetLastPInvokeErrorMessage();
        folder.Dispose();
        throw new CniException(CniErrorCode.TryAgainLater, $"another install or uninstall is at work in {paths.BinDir}", reason);
    }
}
