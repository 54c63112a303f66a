using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using MultiNet.Netlink.Native;

namespace MultiNet.Netlink;

/// <content>Making and removing namespaces that a path keeps alive.</content>
public sealed partial class NetworkNamespace
{
    /// <summary>
    /// Makes a new network namespace and binds it to a path, as <c>ip netns add</c> does; <see cref="Delete"/> removes it. Its
    /// <c>lo</c> is down.
    /// </summary>
    /// <param name="bindPath">A path where there is no file yet, in a folder that exists.</param>
    /// <exception cref="KernelException">EEXIST: there is a file. EPERM: CAP_SYS_ADMIN is lacking. On failure nothing is left.</exception>
    public static NetworkNamespace Create(string bindPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(bindPath);
        int fd = Libc.Open(bindPath, Libc.OpenReadOnly | Libc.OpenCreate | Libc.OpenExclusive | Libc.OpenCloseOnExec, 0x180);
        if (fd < 0)
            throw new KernelException($"create network namespace \"{bindPath}\"", Marshal.GetLastPInvokeError());
        Libc.Close(fd);
        try
        {
            Bind(bindPath);
            return Open(bindPath);
        }
        catch
        {
            Delete(bindPath);
            throw;
        }
    }

    /// <summary>
    /// Takes the bind mount and the file at a path away. The namespace itself lives on while a process or a descriptor uses it.
    /// Nothing there is success.
    /// </summary>
    /// <exception cref="KernelException">The path cannot be unmounted or unlinked.</exception>
    public static void Delete(string bindPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(bindPath);
        // EINVAL: not a mount point (any more).
        if (Libc.Unmount(bindPath, Libc.UnmountDetach | Libc.UnmountNoFollow) < 0
            && Marshal.GetLastPInvokeError() is var unmount and not (Errno.EINVAL or Errno.ENOENT))
        {
            throw new KernelException($"unmount network namespace \"{bindPath}\"", unmount);
        }
        if (Libc.Unlink(bindPath) < 0 && Marshal.GetLastPInvokeError() is var unlink and not Errno.ENOENT)
            throw new KernelException($"remove network namespace \"{bindPath}\"", unlink);
    }

    // unshare() changes the calling thread for good: hence a thread that ends with the call.
    private static void Bind(string bindPath)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (Libc.Unshare(Libc.CloneNewNet) < 0)
                    throw new KernelException("create network namespace", Marshal.GetLastPInvokeError());
                if (Libc.Mount(OwnPath, bindPath, null, Libc.MountBind, 0) < 0)
                    throw new KernelException($"bind network namespace to \"{bindPath}\"", Marshal.GetLastPInvokeError());
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.UnsafeStart();
        thread.Join();
        failure?.Throw();
    }
}
