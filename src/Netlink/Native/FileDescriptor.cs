using System.Runtime.InteropServices;

namespace MultiNet.Netlink.Native;

/// <summary>Owner of one descriptor: closed exactly once, on Dispose or, where that was forgotten, by the finalizer.</summary>
internal sealed class FileDescriptor : SafeHandle
{
    internal FileDescriptor(int fd)
        : base(-1, ownsHandle: true) => SetHandle(fd);

    public override bool IsInvalid => handle < 0;

    /// <summary>The number, for system calls made while the owner is alive.</summary>
    /// <exception cref="ObjectDisposedException">It was closed: the number may belong to somebody else by now.</exception>
    internal int Number
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return (int)handle;
        }
    }

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
