using MultiNet.Cni;

namespace MultiNet.Meta.Installing;

/// <summary>One at a time installs into a folder.</summary>
internal static class InstallLock
{
    /// <summary>Takes the lock; it and its file are gone with the result.</summary>
    /// <exception cref="CniException">Another process has it, or the folder cannot be written.</exception>
    public static IDisposable Take(InstallPaths paths)
    {
        try
        {
            return new FileStream(paths.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CniException(CniErrorCode.IOFailure, $"{paths.BinDir} cannot be written: {e.Message}", "installing on a node needs root", e);
        }
        catch (IOException e)
        {
            throw new CniException(CniErrorCode.TryAgainLater, $"another install or uninstall is at work in {paths.BinDir}", e.Message, e);
        }
    }
}
