using System.Net.Sockets;
using System.Text;
using MultiNet.Cni;

namespace MultiNet.Delegates.DBus;

/// <summary>
/// A connection to a message bus over a unix socket: as much of D-Bus as calling a method and waiting for its answer takes
/// (docs/decisions/011-own-dbus-client.md). Not thread-safe.
/// </summary>
internal sealed class DBusConnection : IDisposable
{
    private const string BusName = "org.freedesktop.DBus";
    private const int LongestLine = 4096;
    private const byte MethodReturn = 2;
    private const byte Error = 3;

    private static readonly TimeSpan s_deadlineOfBus = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;
    private uint _serial;

    private DBusConnection(Socket socket) => _socket = socket;

    /// <summary>Connects to a bus and says hello.</summary>
    /// <param name="address">Its address, as <see cref="DBusAddress"/> reads it.</param>
    /// <exception cref="DBusException">Nobody listens there, or not in this protocol, or there is no answer within 5 s.</exception>
    public static DBusConnection Open(string address)
    {
        var deadline = Deadline.After(s_deadlineOfBus);
        var connection = new DBusConnection(Connect(address));
        try
        {
            connection.Authenticate(deadline);
            connection.Call(BusCall("Hello"), deadline);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Does somebody on the bus have a name?</summary>
    /// <exception cref="DBusException">The bus broke off, or gave no answer within 5 s.</exception>
    public bool NameHasOwner(string name) => Call(BusCall("NameHasOwner", name), Deadline.After(s_deadlineOfBus)).Boolean();

    /// <summary>Calls a method and waits for the answer.</summary>
    /// <param name="call">The call.</param>
    /// <param name="deadline">By when the answer must be there.</param>
    /// <exception cref="DBusException">The answer is an error, there is none in time, or the bus broke off.</exception>
    public DBusReply Call(DBusCall call, Deadline deadline)
    {
        uint serial = ++_serial;
        Send(call.ToMessage(serial), deadline);
        while (true)
        {
            var reply = Receive(deadline);
            // Signals and whatever else comes are not for us.
            if (reply.ReplySerial != serial)
                continue;
            if (reply.Type == MethodReturn)
                return reply;
            if (reply.Type == Error)
                throw new DBusException(DBusProblem.Answer, reply.Signature.StartsWith('s') ? reply.String() : reply.ErrorName, reply.ErrorName);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static DBusCall BusCall(string method, params IReadOnlyList<string> arguments) => new(BusName, "/org/freedesktop/DBus", BusName, method, arguments);

    private static Socket Connect(string address)
    {
        SocketException? last = null;
        foreach (var endPoint in DBusAddress.Sockets(address))
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            {
                // A full backlog blocks the connecting one; the kernel takes this time for it (SO_SNDTIMEO).
                SendTimeout = (int)s_deadlineOfBus.TotalMilliseconds,
            };
            try
            {
                socket.Connect(endPoint);
                return socket;
            }
            catch (SocketException e)
            {
                last = e;
                socket.Dispose();
            }
        }
        // A file that is not there is an address that is not available.
        bool nobody = last?.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable;
        string why = nobody ? "nobody listens there" : last?.Message ?? "this is no address of a unix socket";
        throw new DBusException(nobody || last is null ? DBusProblem.NoBus : DBusProblem.Broken, $"cannot connect to the message bus at {address}: {why}", "", last);
    }

    // SASL EXTERNAL: the kernel tells the bus who we are. No user id is claimed: in a user namespace it would be another one.
    private void Authenticate(Deadline deadline)
    {
        Send("\0AUTH EXTERNAL\r\n"u8, deadline);
        string answer = Line(deadline);
        if (answer.StartsWith("DATA", StringComparison.Ordinal))
        {
            Send("DATA\r\n"u8, deadline);
            answer = Line(deadline);
        }
        if (!answer.StartsWith("OK", StringComparison.Ordinal))
            throw new DBusException(DBusProblem.Broken, $"the message bus did not let us in: {answer}");
        Send("BEGIN\r\n"u8, deadline);
    }

    private string Line(Deadline deadline)
    {
        var line = new StringBuilder();
        while (line.Length < LongestLine)
        {
            char c = (char)Receive(1, deadline)[0];
            if (c == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append(char.IsControl(c) && c != '\r' ? '?' : c);
        }
        throw new DBusException(DBusProblem.Broken, "who listens there is no message bus");
    }

    private DBusReply Receive(Deadline deadline)
    {
        byte[] start = Receive(DBusReply.FixedLength, deadline);
        int length = DBusReply.LengthOf(start);
        return DBusReply.Parse((byte[])[.. start, .. Receive(length - start.Length, deadline)]);
    }

    private byte[] Receive(int length, Deadline deadline)
    {
        byte[] data = new byte[length];
        int have = 0;
        while (have < length)
        {
            if (_start == _end)
                Fill(deadline);
            int part = Math.Min(length - have, _end - _start);
            _buffer.AsSpan(_start, part).CopyTo(data.AsSpan(have));
            _start += part;
            have += part;
        }
        return data;
    }

    private void Fill(Deadline deadline)
    {
        try
        {
            if (!_socket.Poll(TimeSpan.FromMilliseconds(deadline.RemainingMilliseconds), SelectMode.SelectRead))
                throw new DBusException(DBusProblem.Timeout, "the message bus gave no answer in time");
            _start = 0;
            _end = _socket.Receive(_buffer);
        }
        catch (SocketException e)
        {
            throw Broken(e.Message, e);
        }
        if (_end == 0)
            throw Broken("it hung up", null);
    }

    private void Send(ReadOnlySpan<byte> data, Deadline deadline)
    {
        try
        {
            while (data.Length > 0)
            {
                if (!_socket.Poll(TimeSpan.FromMilliseconds(deadline.RemainingMilliseconds), SelectMode.SelectWrite))
                    throw new DBusException(DBusProblem.Timeout, "the message bus takes nothing");
                data = data[_socket.Send(data, SocketFlags.None)..];
            }
        }
        catch (SocketException e)
        {
            throw Broken(e.Message, e);
        }
    }

    private static DBusException Broken(string why, Exception? cause) => new(DBusProblem.Broken, $"the connection to the message bus broke: {why}", "", cause);
}
