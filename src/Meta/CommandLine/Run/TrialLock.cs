using MultiNet.Cni;

namespace MultiNet.Meta.CommandLine.Run;

/// <summary>Held while a command works on a trial; gone with the process.</summary>
internal static class TrialLock
{
    /// <summary>Takes the lock.</summary>
    /// <exception cref="CniException">Another process has it, or the folder cannot be made.</exception>
    public static IDisposable Take(TrialFolder folder)
    {
        try
        {
            // Configurations may hold secrets.
            Directory.CreateDirectory(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"cannot make {folder.Path}: {e.Message}", "--state-dir names another folder", e);
        }
        try
        {
            // FileShare.None is an flock of the whole file here.
            return new FileStream(folder.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new CniException(
                CniErrorCode.TryAgainLater, $"another multinet run is at work in {folder.Path}", "wait for it, or name another folder with --state-dir", e);
        }
    }
}
