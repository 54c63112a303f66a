using System.Runtime.InteropServices;
using MultiNet.Netlink.Namespaces;
using MultiNet.Netlink.Native;
using MultiNet.Netlink.Netfilter;

namespace MultiNet.Netlink;

/// <summary>
/// A Linux network namespace, held by a descriptor. Work inside is done by the calling thread, which visits it for the time
/// of a call. Usable from any thread.
/// </summary>
public sealed partial class NetworkNamespace : IDisposable
{
    private const long NamespaceFileSystem = 0x6e736673;
    internal const string OwnPath = "/proc/thread-self/ns/net";

    private readonly FileDescriptor _descriptor;

    // The thread whose own namespace this is; another one, started on a visit, may be at home elsewhere.
    private readonly Thread? _atHome;
    private (ulong Device, ulong Inode)? _identity;
    private bool _disposed;

    private NetworkNamespace(string path, FileDescriptor descriptor, Thread? atHome)
    {
        Path = path;
        _descriptor = descriptor;
        _atHome = atHome;
    }

    /// <summary>The path it was opened by.</summary>
    public string Path { get; }

    /// <summary>The descriptor's number, for netlink attributes that name a namespace.</summary>
    internal int Descriptor => _descriptor.Number;

    /// <summary>Opens the namespace at a path such as <c>/var/run/netns/x</c> or <c>/proc/1/ns/net</c>.</summary>
    /// <exception cref="NamespaceNotFoundException">The path is empty or there is nothing.</exception>
    /// <exception cref="NotANamespaceException">What is there is not a network namespace.</exception>
    /// <exception cref="KernelException">The path cannot be opened for another reason (no permission, too many files).</exception>
    public static NetworkNamespace Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0 || path.Contains('\0'))
            throw new NamespaceNotFoundException(path, Errno.ENOENT);
        var descriptor = OpenDescriptor(path);
        try
        {
            Verify(path, descriptor);
            return new NetworkNamespace(path, descriptor, atHome: null);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The namespace of the calling thread. On an ordinary thread that is the process's own: <see cref="Run{T}"/> then goes
    /// nowhere.
    /// </summary>
    public static NetworkNamespace Current() =>
        new(OwnPath, OpenDescriptor(OwnPath), atHome: NamespaceVisit.IsUnderway ? null : Thread.CurrentThread);

    /// <summary>Both are the same namespace of the kernel, whatever their paths (same device and inode).</summary>
    public bool IsSameAs(NetworkNamespace other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Identity() == other.Identity();
    }

    /// <summary>The namespace's number within its boot (the inode of its file). Free numbers are given out again.</summary>
    /// <exception cref="KernelException">The kernel does not tell.</exception>
    public ulong Inode => Identity().Inode;

    /// <summary>Waits until nobody else has locked the namespace, and locks it. The thread stays where it is.</summary>
    /// <param name="timeout">How long to wait.</param>
    /// <exception cref="KernelException">EAGAIN: another one held it all the time.</exception>
    public NamespaceLock Lock(TimeSpan timeout) => NamespaceLock.Take(Path, timeout);

    /// <summary>
    /// Calls a function with the calling thread inside the namespace, and takes the thread home again whatever happens. Only for
    /// direct system calls and file reads (sysctls): a task or thread started by the function would inherit the namespace, and so
    /// would whatever follows an <c>await</c>.
    /// </summary>
    public T Run<T>(Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        T result = default!;
        Run(() => { result = function(); });
        return result;
    }

    /// <inheritdoc cref="Run{T}"/>
    public void Run(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_atHome == Thread.CurrentThread && !NamespaceVisit.IsUnderway)
        {
            action();
            return;
        }
        using var visit = NamespaceVisit.Begin(_descriptor, Path);
        action();
    }

    /// <summary>Opens a routing socket inside the namespace; afterwards any thread may use it.</summary>
    public RouteSocket OpenSocket() => Run(RouteSocket.Open);

    /// <summary>Opens a netfilter socket inside the namespace; afterwards any thread may use it.</summary>
    public NetfilterSocket OpenNetfilterSocket() => Run(NetfilterSocket.Open);

    /// <summary>Opens a monitor inside the namespace; afterwards any thread may use it.</summary>
    public RouteMonitor OpenMonitor(RouteEvents events) => Run(() => RouteMonitor.Open(events));

    /// <summary>Opens a packet socket inside the namespace; afterwards any thread may use it.</summary>
    /// <inheritdoc cref="PacketSocket.OpenUdp"/>
    public PacketSocket OpenPacketSocket(int linkIndex, string linkName, ushort port) => Run(() => PacketSocket.OpenUdp(linkIndex, linkName, port));

    /// <summary>Closes the descriptor. Sockets opened inside stay usable.</summary>
    public void Dispose()
    {
        _disposed = true;
        _descriptor.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => Path;

    internal static FileDescriptor OpenDescriptor(string path)
    {
        // A path can be anything: without O_NONBLOCK a FIFO would never open.
        int fd = Libc.Open(path, Libc.OpenReadOnly | Libc.OpenNonBlocking | Libc.OpenCloseOnExec, 0);
        if (fd >= 0)
            return new FileDescriptor(fd);
        int errno = Marshal.GetLastPInvokeError();
        throw errno is Errno.ENOENT or Errno.ENOTDIR
            ? new NamespaceNotFoundException(path, errno)
            : new KernelException($"open network namespace \"{path}\"", errno);
    }

    private static unsafe void Verify(string path, FileDescriptor descriptor)
    {
        // struct statfs has 120 bytes and begins with f_type.
        nint* status = stackalloc nint[32];
        if (Libc.FileSystemStatus(descriptor.Number, status) < 0)
            throw new KernelException($"open network namespace \"{path}\"", Marshal.GetLastPInvokeError());
        // The reference also accepts any file of procfs (where kernels before 3.19 kept namespaces) and fails later.
        if (status[0] != NamespaceFileSystem)
            throw new NotANamespaceException(path, status[0], null);
        int type = Libc.IoControl(descriptor.Number, Libc.NamespaceGetType);
        if (type >= 0 && type != Libc.CloneNewNet)
            throw new NotANamespaceException(path, status[0], type);
    }

    private unsafe (ulong Device, ulong Inode) Identity()
    {
        if (_identity is { } known)
            return known;
        // struct statx has the same layout on every architecture: inode at 32, device numbers at 136 and 140.
        byte* status = stackalloc byte[256];
        byte empty = 0;
        if (Libc.FileStatus(_descriptor.Number, &empty, Libc.AtEmptyPath, Libc.StatxInode, status) < 0)
            throw new KernelException($"identify network namespace \"{Path}\"", Marshal.GetLastPInvokeError());
        var identity = (*(ulong*)(status + 136), *(ulong*)(status + 32));
        _identity = identity;
        return identity;
    }
}
