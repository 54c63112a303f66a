using System.Runtime.InteropServices;
using MultiNet.Netlink.Native;

namespace MultiNet.Netlink;

/// <summary>
/// A namespace for oneself: among all who ask, in this process and others. It is a flock(2) of the namespace's own file, the one that the
/// reference's sbr takes too, and it ends with the process. The descriptor is its own: a lock belongs to the open file.
/// </summary>
public sealed class NamespaceLock : IDisposable
{
    private readonly FileDescriptor _descriptor;

    private NamespaceLock(FileDescriptor descriptor) => _descriptor = descriptor;

    /// <summary>Gives the namespace to the next one.</summary>
    public void Dispose() => _descriptor.Dispose();

    internal static NamespaceLock Take(string path, TimeSpan timeout)
    {
        var descriptor = NetworkNamespace.OpenDescriptor(path);
        try
        {
            long deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
            // A blocking flock cannot be given a deadline without a signal, so ask again: each holder needs a few milliseconds.
            while (Libc.Lock(descriptor.Number, Libc.LockExclusive | Libc.LockNonBlocking) < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno is not (Errno.EAGAIN or Errno.EINTR) || Environment.TickCount64 >= deadline)
                    throw new KernelException($"lock network namespace \"{path}\"", errno);
                Thread.Sleep(1);
            }
            return new NamespaceLock(descriptor);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }
}
