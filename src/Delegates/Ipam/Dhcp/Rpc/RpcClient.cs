using System.Net.Sockets;
using MultiNet.Cni;

namespace MultiNet.Delegates.Ipam.Dhcp.Rpc;

/// <summary>A connection of the plugin to a daemon, for one call.</summary>
internal sealed class RpcClient : IDisposable
{
    private readonly Socket _socket;
    private readonly Deadline _deadline;
    private byte[] _buffer = new byte[4096];
    private int _length;

    private RpcClient(Socket socket, Deadline deadline)
    {
        _socket = socket;
        _deadline = deadline;
    }

    /// <summary>Connects, and hears that it is a daemon.</summary>
    /// <exception cref="DaemonAwayException">Nobody answers there.</exception>
    internal static RpcClient Dial(string path, Deadline deadline)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            var client = new RpcClient(socket, deadline);
            client.Send(RpcProtocol.Connect);
            client.ReadHead();
            return client;
        }
        catch (Exception e) when (e is SocketException or ArgumentException or DaemonAwayException)
        {
            socket.Dispose();
            throw new DaemonAwayException($"dial unix {Shortened.Text(path, 200)}: {Reason(e, path)}");
        }
    }

    /// <summary>Calls a method and waits for its answer.</summary>
    /// <returns>The result; the value of nothing where the method has none.</returns>
    /// <exception cref="DaemonAwayException">The daemon ended, or does not answer in time.</exception>
    /// <exception cref="CniException">The method failed: the daemon's words.</exception>
    internal GobValue Call(string method, CallArguments arguments)
    {
        try
        {
            Send(RpcProtocol.Call(method, 0, arguments));
            var reader = new GobReader();
            var header = ReadValue(reader);
            var body = ReadValue(reader);
            string error = header["Error"].Text;
            return error.Length == 0 ? body : throw new CniException(CniErrorCode.Internal, error);
        }
        catch (GobException e)
        {
            throw new DaemonAwayException($"the answer is none of a DHCP daemon: {e.Message}");
        }
        catch (SocketException e)
        {
            throw new DaemonAwayException(e.SocketErrorCode == SocketError.TimedOut ? "the DHCP daemon does not answer" : e.Message);
        }
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _socket.Dispose();

    private static string Reason(Exception e, string path) => e switch
    {
        SocketException when !File.Exists(path) => "connect: no such file or directory",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connect: connection refused",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => "connect: permission denied",
        SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock } => "the daemon does not answer",
        ArgumentException => "connect: invalid argument (a socket's path has 107 bytes at most)",
        _ => e.Message,
    };

    private void ReadHead()
    {
        int end;
        while ((end = RpcProtocol.EndOfHead(_buffer.AsSpan(0, _length))) == 0)
        {
            if (_length >= RpcProtocol.LongestHead)
                throw new DaemonAwayException("what listens there is no DHCP daemon");
            Receive();
        }
        string line = RpcProtocol.FirstLine(_buffer.AsSpan(0, end));
        if (!line.Contains(" 200 ", StringComparison.Ordinal))
            throw new DaemonAwayException($"unexpected HTTP response: {Shortened.Text(line, 80)}");
        Consume(end);
    }

    private GobValue ReadValue(GobReader reader)
    {
        while (true)
        {
            int header, length;
            while (!GobReader.TryReadLength(_buffer.AsSpan(0, _length), RpcProtocol.LongestMessage, out header, out length) || _length < header + length)
                Receive();
            var value = reader.Read(_buffer.AsSpan(header, length));
            Consume(header + length);
            if (value is not null)
                return value;
        }
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        _socket.SendTimeout = Patience();
        while (bytes.Length > 0)
            bytes = bytes[_socket.Send(bytes)..];
    }

    private void Receive()
    {
        if (_length == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        _socket.ReceiveTimeout = Patience();
        int received = _socket.Receive(_buffer.AsSpan(_length));
        if (received == 0)
            throw new DaemonAwayException("the DHCP daemon closed the connection");
        _length += received;
    }

    // Zero would be for ever.
    private int Patience() => _deadline.HasPassed ? throw new DaemonAwayException("the DHCP daemon does not answer in time") : Math.Max(1, _deadline.RemainingMilliseconds);

    private void Consume(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
    }
}
