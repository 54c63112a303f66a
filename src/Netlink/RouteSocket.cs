using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>
/// A routing socket (NETLINK_ROUTE) of one network namespace: links, addresses, routes, rules, bridge VLANs. It belongs to the
/// namespace it was opened in and may be used from any thread, by one at a time. Every method throws
/// <see cref="NetlinkException"/> where the kernel refuses.
/// </summary>
public sealed partial class RouteSocket : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    private readonly NetlinkChannel _channel;

    private RouteSocket(NetlinkChannel channel) => _channel = channel;

    /// <summary>How long to wait for an answer of the kernel; 30 seconds by default.</summary>
    public TimeSpan Deadline
    {
        get => _channel.Socket.Deadline;
        set => _channel.Socket.SetDeadline(value);
    }

    /// <summary>
    /// The number of the socket's namespace, which is not given out again before the next boot; inodes are (SO_NETNS_COOKIE). 0 where the
    /// kernel does not tell (before Linux 5.14).
    /// </summary>
    public ulong NamespaceCookie => _channel.Socket.NamespaceCookie;

    /// <summary>Opens a socket in the namespace of the calling thread; see <see cref="NetworkNamespace.OpenSocket"/> for others.</summary>
    public static RouteSocket Open() => new(new NetlinkChannel(NetlinkSocket.Open(NetlinkSocket.RouteProtocol, s_deadline)));

    /// <summary>A batch of independent changes that are sent together.</summary>
    public RouteBatch NewBatch() => new(_channel);

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _channel.Dispose();
}
