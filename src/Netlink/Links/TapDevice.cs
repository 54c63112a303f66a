using System.Runtime.InteropServices;
using System.Text;
using MultiNet.Netlink.Native;

namespace MultiNet.Netlink;

/// <summary>
/// Makes TAP devices, which the kernel makes by <c>ioctl</c> on <c>/dev/net/tun</c> only (linux/if_tun.h). They stay when the call
/// is over, and are deleted as every other interface.
/// </summary>
public static class TapDevice
{
    private const string ClonePath = "/dev/net/tun";
    private const ulong SetInterface = 0x400454ca;
    private const ulong SetPersistent = 0x400454cb;
    private const ulong SetOwner = 0x400454cc;
    private const ulong SetGroup = 0x400454ce;
    private const ushort FlagTap = 0x0002;
    private const ushort FlagMultiQueue = 0x0100;
    private const ushort FlagNoPacketInformation = 0x1000;
    private const ushort FlagOffloadHeader = 0x4000;
    private const ushort FlagExclusive = 0x8000;

    // struct ifreq: 16 bytes of name and a union.
    private const int NameLength = 16;
    private const int RequestLength = 40;

    /// <summary>Makes a persistent TAP device, down, in the namespace of the calling thread.</summary>
    /// <param name="name">The name, 1..15 bytes.</param>
    /// <param name="settings">What it is to be; <see cref="TapSettings.IsTap"/> and <see cref="TapSettings.IsPersistent"/> are taken for granted.</param>
    /// <exception cref="KernelException">EEXIST: the name is taken. ENOENT: there is no <c>/dev/net/tun</c>. On failure nothing is left.</exception>
    public static unsafe void Create(string name, TapSettings settings)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(settings);
        string operation = $"add TAP device \"{name}\"";
        int length = Encoding.UTF8.GetByteCount(name);
        if (length >= NameLength || name.Contains('\0'))
            throw new KernelException(operation, Errno.EINVAL, "a name has 1 to 15 bytes");
        int fd = Libc.Open(ClonePath, Libc.OpenReadWrite | Libc.OpenCloseOnExec, 0);
        if (fd < 0)
            throw new KernelException($"open {ClonePath}", Marshal.GetLastPInvokeError());
        // Until it is persistent, the device vanishes with the descriptor.
        using var file = new FileDescriptor(fd);
        byte* request = stackalloc byte[RequestLength];
        new Span<byte>(request, RequestLength).Clear();
        Encoding.UTF8.GetBytes(name, new Span<byte>(request, NameLength));
        *(ushort*)(request + NameLength) = (ushort)(FlagTap | FlagExclusive
            | (settings.PacketInformation ? 0 : FlagNoPacketInformation)
            | (settings.OffloadHeader ? FlagOffloadHeader : 0)
            | (settings.MultiQueue ? FlagMultiQueue : 0));
        if (Libc.IoControl(fd, SetInterface, (nuint)request) < 0)
        {
            // EBUSY: there is such a device; EINVAL: the name is that of another kind (or none).
            int errno = Marshal.GetLastPInvokeError();
            throw new KernelException(operation, errno == Errno.EBUSY || (errno == Errno.EINVAL && IsTaken(name)) ? Errno.EEXIST : errno);
        }
        if (settings.Owner is { } owner)
            Set(fd, SetOwner, owner, $"{operation}: owner {owner}");
        if (settings.Group is { } group)
            Set(fd, SetGroup, group, $"{operation}: group {group}");
        Set(fd, SetPersistent, 1, $"{operation}: persistent");
    }

    /// <summary>Makes a persistent TAP device, down, in another namespace.</summary>
    /// <inheritdoc cref="Create(string, TapSettings)"/>
    public static void Create(NetworkNamespace target, string name, TapSettings settings)
    {
        ArgumentNullException.ThrowIfNull(target);
        target.Run(() => Create(name, settings));
    }

    private static void Set(int fd, ulong request, uint value, string operation)
    {
        if (Libc.IoControl(fd, request, value) < 0)
            throw new KernelException(operation, Marshal.GetLastPInvokeError());
    }

    private static bool IsTaken(string name)
    {
        using var socket = RouteSocket.Open();
        return socket.TryGetLink(name, out _);
    }
}
