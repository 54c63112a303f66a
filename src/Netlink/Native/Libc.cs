using System.Runtime.InteropServices;

namespace MultiNet.Netlink.Native;

/// <summary>The system calls this library makes, and nothing else. Callers turn -1 into a typed exception.</summary>
internal static unsafe partial class Libc
{
    internal const int OpenReadOnly = 0;
    internal const int OpenWriteOnly = 1;
    internal const int OpenReadWrite = 2;
    internal const int OpenCreate = 0x40;
    internal const int OpenExclusive = 0x80;
    internal const int OpenNonBlocking = 0x800;
    internal const int OpenCloseOnExec = 0x80000;

    internal const int CloneNewNet = 0x40000000;
    internal const ulong MountBind = 0x1000;
    internal const int UnmountDetach = 2;
    internal const int UnmountNoFollow = 8;

    /// <summary>ioctl NS_GET_NSTYPE: the CLONE_NEW* flag of the namespace that a descriptor refers to (kernel 4.11).</summary>
    internal const ulong NamespaceGetType = 0xb703;

    internal const int LockExclusive = 2;
    internal const int LockNonBlocking = 4;

    internal const int AtFdCwd = -100;
    internal const int AtEmptyPath = 0x1000;
    internal const uint StatxInode = 0x100;

    internal const int AddressFamilyNetlink = 16;
    internal const int SocketRaw = 3;
    internal const int SocketCloseOnExec = 0x80000;
    internal const int LevelSocket = 1;
    internal const int LevelNetlink = 270;
    internal const int OptionReceiveTimeout = 20;
    internal const int OptionNamespaceCookie = 71;
    internal const int OptionSendBufferForce = 32;
    internal const int NetlinkAddMembership = 1;
    internal const int NetlinkCapAck = 10;
    internal const int NetlinkExtAck = 11;
    internal const int NetlinkGetStrictCheck = 12;
    internal const int MessagePeek = 0x2;
    internal const int MessageDoNotWait = 0x40;
    internal const int MessageTruncate = 0x20;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    internal static partial int FileSystemStatus(int fd, nint* buffer);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    internal static partial int FileStatus(int directory, byte* path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    internal static partial int Lock(int fd, int operation);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int IoControl(int fd, ulong request);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int IoControl(int fd, ulong request, nuint argument);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    internal static partial int SetNamespace(int fd, int type);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    internal static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Mount(string source, string target, string? type, ulong flags, nint data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "getrandom", SetLastError = true)]
    internal static partial nint GetRandom(byte* buffer, nuint count, uint flags);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSocketOption(int fd, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetSocketOption(int fd, int level, int option, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(int fd, NetlinkSocketAddress* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    internal static partial nint SendTo(int fd, byte* buffer, nuint length, int flags, NetlinkSocketAddress* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    internal static partial nint ReceiveFrom(int fd, byte* buffer, nuint length, int flags, NetlinkSocketAddress* address, uint* addressLength);
}
