using System.Net.Sockets;

namespace MultiNet.Delegates.Ipam.Dhcp.Daemon;

/// <summary>Accepts the plugins' connections, as many at a time as are sensible; others wait in the kernel's queue.</summary>
internal sealed class RpcServer : IDisposable
{
    private const int MostConnections = 256;

    private readonly EventLoop _loop;
    private readonly Socket _listener;
    private readonly Func<Socket, RpcConnection> _connect;
    private readonly HashSet<RpcConnection> _connections = [];
    private readonly TimeProvider _clock;
    private long _watch;
    private long? _pausedUntil;

    /// <summary>Listens.</summary>
    /// <param name="loop">Where it is called back.</param>
    /// <param name="listener">A listening socket, which it takes over.</param>
    /// <param name="clock">The time.</param>
    /// <param name="connect">Makes a connection.</param>
    public RpcServer(EventLoop loop, Socket listener, TimeProvider clock, Func<Socket, RpcConnection> connect)
    {
        (_loop, _listener, _clock, _connect) = (loop, listener, clock, connect);
        _listener.Blocking = false;
        _watch = loop.Watch(Descriptor(listener), Accept);
    }

    /// <summary>The connections that are open.</summary>
    public IReadOnlyCollection<RpcConnection> Connections => _connections;

    /// <summary>Closes those that have been silent for too long.</summary>
    /// <returns>When the next one will have been, by the clock's timestamps; null: none.</returns>
    public long? CloseSilent(long now)
    {
        long? next = null;
        if (_pausedUntil is { } pause)
        {
            if (pause > now)
                next = pause;
            else
                Resume();
        }
        foreach (var connection in new List<RpcConnection>(_connections))
        {
            if (connection.SilentUntil is not { } until)
                continue;
            if (until <= now)
                Close(connection);
            else
                next = next is { } known && known < until ? known : until;
        }
        return next;
    }

    /// <summary>Closes a connection.</summary>
    public void Close(RpcConnection connection)
    {
        if (!_connections.Remove(connection))
            return;
        _loop.Forget(connection.Watch, Descriptor(connection.Socket));
        connection.Dispose();
        Resume();
    }

    /// <summary>Closes everything.</summary>
    public void Dispose()
    {
        foreach (var connection in new List<RpcConnection>(_connections))
            Close(connection);
        Pause();
        _listener.Dispose();
    }

    private static int Descriptor(Socket socket) => (int)socket.SafeHandle.DangerousGetHandle();

    private void Accept()
    {
        Socket socket;
        try
        {
            socket = _listener.Accept();
        }
        catch (SocketException e)
        {
            // Gone again; or no descriptors are left, and those who wait would wake us without end.
            if (e.SocketErrorCode is not (SocketError.WouldBlock or SocketError.ConnectionAborted or SocketError.Interrupted))
            {
                Pause();
                _pausedUntil = _clock.GetTimestamp() + _clock.TimestampFrequency;
            }
            return;
        }
        socket.Blocking = false;
        var connection = _connect(socket);
        connection.Watch = _loop.Watch(Descriptor(socket), () =>
        {
            if (!connection.Receive())
                Close(connection);
        });
        _connections.Add(connection);
        if (_connections.Count >= MostConnections)
            Pause();
    }

    private void Pause()
    {
        _loop.Forget(_watch, Descriptor(_listener));
        _watch = 0;
    }

    private void Resume()
    {
        _pausedUntil = null;
        if (_watch == 0)
            _watch = _loop.Watch(Descriptor(_listener), Accept);
    }
}
