using System.Runtime.InteropServices;
using MultiNet.Netlink.Native;

namespace MultiNet.Netlink.Messages;

/// <summary>
/// One AF_NETLINK socket: datagrams out and in. It belongs to the namespace of the thread that opened it, for ever,
/// whatever thread uses it later.
/// </summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    internal const int RouteProtocol = 0;
    internal const int NetfilterProtocol = 12;

    private readonly FileDescriptor _descriptor;

    // The kernel fills dump datagrams up to 32 KiB when the reader offers that much. Single answers can be longer: then it grows.
    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(32 * 1024);

    /// <summary>Takes over a descriptor that sends to the kernel, or to what plays it in a test.</summary>
    internal NetlinkSocket(FileDescriptor descriptor) => _descriptor = descriptor;

    /// <summary>How long one receive waits for the kernel.</summary>
    internal TimeSpan Deadline { get; private set; }

    /// <summary>Opens a socket in the namespace of the calling thread.</summary>
    internal static NetlinkSocket Open(int protocol, TimeSpan deadline)
    {
        int fd = Libc.Socket(Libc.AddressFamilyNetlink, Libc.SocketRaw | Libc.SocketCloseOnExec, protocol);
        if (fd < 0)
            throw new NetlinkException("open netlink socket", Marshal.GetLastPInvokeError());
        var socket = new NetlinkSocket(new FileDescriptor(fd));
        try
        {
            // Older kernels lack one or the other: extended messages and strict filters are a gain, not a need.
            socket.TrySetOption(Libc.LevelNetlink, Libc.NetlinkExtAck, 1);
            socket.TrySetOption(Libc.LevelNetlink, Libc.NetlinkCapAck, 1);
            socket.TrySetOption(Libc.LevelNetlink, Libc.NetlinkGetStrictCheck, 1);
            socket.SetDeadline(deadline);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal void SetDeadline(TimeSpan deadline)
    {
        // struct timeval; zero would mean for ever.
        long microseconds = Math.Max(1, (long)deadline.TotalMicroseconds);
        nint* value = stackalloc nint[2];
        value[0] = (nint)(microseconds / 1_000_000);
        value[1] = (nint)(microseconds % 1_000_000);
        if (Libc.SetSocketOption(_descriptor.Number, Libc.LevelSocket, Libc.OptionReceiveTimeout, value, (uint)(2 * sizeof(nint))) < 0)
            throw new NetlinkException("set deadline of netlink socket", Marshal.GetLastPInvokeError());
        Deadline = deadline;
    }

    /// <summary>SO_NETNS_COOKIE; 0 where the kernel is older than 5.14.</summary>
    internal ulong NamespaceCookie
    {
        get
        {
            ulong cookie = 0;
            uint length = sizeof(ulong);
            return Libc.GetSocketOption(_descriptor.Number, Libc.LevelSocket, Libc.OptionNamespaceCookie, &cookie, &length) < 0 ? 0 : cookie;
        }
    }

    /// <summary>Allows datagrams of this many bytes, beyond the system's limit where permitted.</summary>
    internal void TrySetSendQueue(int bytes) => TrySetOption(Libc.LevelSocket, Libc.OptionSendBufferForce, bytes);

    internal void Send(ReadOnlySpan<byte> datagram, string operation)
    {
        fixed (byte* data = datagram)
        {
            // Without an address it goes to the kernel; the first one binds the socket to a port of its own.
            while (Libc.SendTo(_descriptor.Number, data, (nuint)datagram.Length, 0, null, 0) < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno != Errno.EINTR)
                    throw new NetlinkException(operation, errno);
            }
        }
        GC.KeepAlive(_descriptor);
    }

    /// <summary>The next datagram from the kernel, valid until the next call. Datagrams of other processes are dropped.</summary>
    internal ReadOnlySpan<byte> Receive(string operation)
    {
        while (true)
        {
            // Peek first: a datagram longer than the buffer would be cut off and lost.
            int length = Receive(0, Libc.MessagePeek | Libc.MessageTruncate, out _, operation);
            if (length > _buffer.Length)
                _buffer = GC.AllocateUninitializedArray<byte>(length);
            length = Receive(_buffer.Length, 0, out uint sender, operation);
            if (sender == 0)
                return _buffer.AsSpan(0, length);
        }
    }

    /// <summary>
    /// Gives the socket a port, which sending would do too. One that only listens needs it: notifications of the kernel's own doing do not
    /// go to port 0, because that is the port they come from.
    /// </summary>
    internal void Bind()
    {
        var address = new NetlinkSocketAddress { Family = Libc.AddressFamilyNetlink };
        if (Libc.Bind(_descriptor.Number, &address, (uint)sizeof(NetlinkSocketAddress)) < 0)
            throw new NetlinkException("bind netlink socket", Marshal.GetLastPInvokeError());
    }

    /// <summary>Subscribes to a multicast group.</summary>
    internal void Join(int group)
    {
        if (Libc.SetSocketOption(_descriptor.Number, Libc.LevelNetlink, Libc.NetlinkAddMembership, &group, sizeof(int)) < 0)
            throw new NetlinkException($"join netlink group {group}", Marshal.GetLastPInvokeError());
    }

    /// <summary>Waits for a notification and drops it with all that are queued behind it; false where none came in time.</summary>
    internal bool WaitForNotification(TimeSpan timeout)
    {
        SetDeadline(timeout);
        int flags = 0;
        fixed (byte* data = _buffer)
        {
            while (true)
            {
                nint length = Libc.ReceiveFrom(_descriptor.Number, data, (nuint)_buffer.Length, flags, null, null);
                int errno = length < 0 ? Marshal.GetLastPInvokeError() : 0;
                GC.KeepAlive(_descriptor);
                switch (errno)
                {
                    case 0:
                    // More came than fits into the queue: something changed, and that is all that counts.
                    case Errno.ENOBUFS:
                        flags = Libc.MessageDoNotWait;
                        break;
                    case Errno.EINTR:
                        break;
                    case Errno.EAGAIN:
                        return flags == Libc.MessageDoNotWait;
                    default:
                        throw new NetlinkException("wait for notification", errno);
                }
            }
        }
    }

    public void Dispose() => _descriptor.Dispose();

    private int Receive(int capacity, int flags, out uint sender, string operation)
    {
        NetlinkSocketAddress address = default;
        fixed (byte* data = _buffer)
        {
            while (true)
            {
                uint addressLength = (uint)sizeof(NetlinkSocketAddress);
                nint length = Libc.ReceiveFrom(_descriptor.Number, data, (nuint)capacity, flags, &address, &addressLength);
                if (length >= 0)
                {
                    // Else the finalizer of a socket that nobody holds could close it during the call.
                    GC.KeepAlive(_descriptor);
                    sender = address.Port;
                    return (int)length;
                }
                int errno = Marshal.GetLastPInvokeError();
                if (errno == Errno.EAGAIN)
                    throw new NetlinkTimeoutException(operation, Deadline);
                if (errno != Errno.EINTR)
                    throw new NetlinkException(operation, errno);
            }
        }
    }

    private void TrySetOption(int level, int option, int value) =>
        Libc.SetSocketOption(_descriptor.Number, level, option, &value, sizeof(int));
}
