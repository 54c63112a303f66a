using System.Runtime.InteropServices;
using MultiNet.Netlink.Native;

namespace MultiNet.Netlink.Namespaces;

/// <summary>
/// The calling thread inside another network namespace, until it is disposed of. A thread that could not come back would do
/// everybody else's work in the wrong place, so the process ends instead; a journal or the caller's DEL cleans up after it.
/// </summary>
internal readonly ref struct NamespaceVisit
{
    [ThreadStatic]
    private static int s_depth;

    private readonly FileDescriptor _home;

    private NamespaceVisit(FileDescriptor home) => _home = home;

    /// <summary>The calling thread is on a visit.</summary>
    internal static bool IsUnderway => s_depth > 0;

    /// <summary>Enters a namespace.</summary>
    /// <exception cref="KernelException">EPERM: CAP_SYS_ADMIN is lacking. The thread is where it was.</exception>
    internal static NamespaceVisit Begin(FileDescriptor target, string path)
    {
        // Asked of the kernel every time: a thread that was started on a visit is at home there.
        var home = NetworkNamespace.OpenDescriptor(NetworkNamespace.OwnPath);
        if (Libc.SetNamespace(target.Number, Libc.CloneNewNet) < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            home.Dispose();
            throw new KernelException($"enter network namespace \"{path}\"", errno);
        }
        s_depth++;
        return new NamespaceVisit(home);
    }

    /// <summary>Goes home.</summary>
    public void Dispose()
    {
        if (Libc.SetNamespace(_home.Number, Libc.CloneNewNet) < 0)
            Environment.FailFast($"cannot return to the own network namespace: {Errno.Name(Marshal.GetLastPInvokeError())}");
        s_depth--;
        _home.Dispose();
    }
}
