using System.Diagnostics;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>
/// Waits for the kernel to reach a state, woken up by its notifications instead of by a clock. Belongs to the namespace it was opened in; usable
/// from any thread, by one at a time.
/// </summary>
public sealed class RouteMonitor : IDisposable
{
    // RTNLGRP_* of linux/rtnetlink.h
    private const int LinkGroup = 1;
    private const int IPv4AddressGroup = 5;
    private const int IPv6AddressGroup = 9;

    private readonly NetlinkSocket _socket;

    private RouteMonitor(NetlinkSocket socket) => _socket = socket;

    /// <summary>
    /// Opens a monitor in the namespace of the calling thread; see <see cref="NetworkNamespace.OpenMonitor"/> for others. Nothing that happens
    /// from now on is missed.
    /// </summary>
    public static RouteMonitor Open(RouteEvents events)
    {
        var socket = NetlinkSocket.Open(NetlinkSocket.RouteProtocol, TimeSpan.FromSeconds(1));
        try
        {
            socket.Bind();
            if ((events & RouteEvents.Links) != 0)
                socket.Join(LinkGroup);
            if ((events & RouteEvents.IPv4Addresses) != 0)
                socket.Join(IPv4AddressGroup);
            if ((events & RouteEvents.IPv6Addresses) != 0)
                socket.Join(IPv6AddressGroup);
            return new RouteMonitor(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Evaluates a condition at once, and again after each change, until it holds. The condition asks the kernel through a
    /// <see cref="RouteSocket"/>.
    /// </summary>
    /// <returns>False where it did not hold within the time.</returns>
    public bool WaitUntil(Func<bool> condition, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(condition);
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            var left = timeout - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || !_socket.WaitForNotification(left))
                return false;
        }
        return true;
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _socket.Dispose();
}
