using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Delegates.Ipam.Dhcp.Rpc;

namespace MultiNet.Delegates.Ipam.Dhcp.Daemon;

/// <summary>
/// One plugin's connection: a CONNECT, then calls. Whoever sends anything else, too much, or too slowly is hung up on; nobody else notices.
/// </summary>
internal sealed class RpcConnection : IDisposable
{
    // The time for a CONNECT and a call, which a plugin sends at once; and the calls that may wait for answers.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private const int MostCalls = 16;

    private readonly TimeProvider _clock;
    private readonly Action<RpcConnection, ulong, string, CallArguments> _called;
    private readonly HashSet<int> _described = [];
    private readonly GobReader _reader = new();
    private byte[] _buffer = new byte[1024];
    private int _length;
    private bool _connected;
    private GobValue? _header;
    private long _lastHeard;
    private bool _isClosed;

    /// <summary>Takes over a socket.</summary>
    /// <param name="socket">The socket, which does not block.</param>
    /// <param name="clock">The time.</param>
    /// <param name="called">Gets each call: its number, method and arguments; answers it now or later.</param>
    public RpcConnection(Socket socket, TimeProvider clock, Action<RpcConnection, ulong, string, CallArguments> called)
    {
        (Socket, _clock, _called) = (socket, clock, called);
        _lastHeard = clock.GetTimestamp();
    }

    /// <summary>The socket.</summary>
    public Socket Socket { get; }

    /// <summary>The number under which the loop watches it.</summary>
    public long Watch { get; set; }

    /// <summary>Calls that wait for an answer.</summary>
    public int Waiting { get; private set; }

    /// <summary>Called when it is closed.</summary>
    public Action? Closed { get; set; }

    /// <summary>When it is closed if nothing comes, by the clock's timestamps; null while it waits for us.</summary>
    public long? SilentUntil => Waiting > 0 ? null : _lastHeard + (long)(s_patience.TotalSeconds * _clock.TimestampFrequency);

    /// <summary>Takes what has come.</summary>
    /// <returns>False: it is to be closed.</returns>
    public bool Receive()
    {
        if (_length == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        int received = Socket.Receive(_buffer.AsSpan(_length), SocketFlags.None, out var error);
        if (error is SocketError.WouldBlock or SocketError.Interrupted)
            return true;
        if (error != SocketError.Success || received == 0)
            return false;
        _length += received;
        try
        {
            return (_connected || TryConnect(out bool waits) || waits) && (!_connected || TakeMessages());
        }
        catch (GobException)
        {
            return false;
        }
    }

    /// <summary>Answers a call.</summary>
    public void Answer(ulong sequence, string method, CniResult? result, string error)
    {
        if (_isClosed)
            return;
        Waiting--;
        _lastHeard = _clock.GetTimestamp();
        // Less than the kernel's queue holds; who does not take it gets no more.
        if (!TrySend(RpcProtocol.Answer(method, sequence, result, error, _described)))
            Socket.Shutdown(SocketShutdown.Both);
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        Socket.Dispose();
        Closed?.Invoke();
    }

    // False with waits: the head is not there yet.
    private bool TryConnect(out bool waits)
    {
        int end = RpcProtocol.EndOfHead(_buffer.AsSpan(0, _length));
        waits = end == 0 && _length < RpcProtocol.LongestHead;
        if (end == 0)
            return false;
        string[] line = RpcProtocol.FirstLine(_buffer.AsSpan(0, end)).Split(' ');
        if (line.Length != 3 || line[0] != "CONNECT" || line[1] != "/_goRPC_")
        {
            TrySend(line[0] == "CONNECT"
                ? "HTTP/1.0 404 Not Found\r\nContent-Type: text/plain\r\n\r\n404 page not found\n"u8
                : "HTTP/1.0 405 Method Not Allowed\r\nContent-Type: text/plain\r\n\r\n405 must CONNECT\n"u8);
            return false;
        }
        Consume(end);
        _connected = TrySend(RpcProtocol.Connected);
        return _connected;
    }

    private bool TakeMessages()
    {
        int at = 0;
        while (at < _length && GobReader.TryReadLength(_buffer.AsSpan(at, _length - at), RpcProtocol.LongestMessage, out int header, out int length)
            && header + length <= _length - at)
        {
            var value = _reader.Read(_buffer.AsSpan(at + header, length));
            at += header + length;
            // Only what is whole counts as heard: a byte now and then does not keep it open.
            _lastHeard = _clock.GetTimestamp();
            if (value is null)
                continue;
            if (_header is null)
            {
                _header = value;
                continue;
            }
            var (sequence, method) = (_header["Seq"].Unsigned, _header["ServiceMethod"].Text);
            _header = null;
            if (++Waiting > MostCalls)
                return false;
            _called(this, sequence, method, CallArguments.From(value));
            if (_isClosed)
                return false;
        }
        Consume(at);
        return true;
    }

    private bool TrySend(ReadOnlySpan<byte> bytes) =>
        Socket.Send(bytes, SocketFlags.None, out var error) == bytes.Length && error == SocketError.Success;

    private void Consume(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
        // A large call is over: its room is not kept.
        if (_length == 0 && _buffer.Length > 64 * 1024)
            _buffer = new byte[1024];
    }
}
