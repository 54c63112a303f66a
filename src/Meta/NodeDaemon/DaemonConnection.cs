using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using MultiNet.Cni;

namespace MultiNet.Meta.NodeDaemon;

/// <summary>
/// A connection to the daemon's socket by plain system calls, blocking, with one deadline for all of it. Not the framework's sockets: what
/// they set up costs more than the whole question.
/// </summary>
internal sealed unsafe partial class DaemonConnection : IDisposable
{
    private const int Unix = 1, Stream = 1, CloseOnExec = 0x80000, NoSignal = 0x4000;
    private const int SocketLevel = 1, ReceiveTimeout = 20, SendTimeout = 21;
    private const int AddressLength = 108, Interrupted = 4;

    private readonly int _descriptor;
    private readonly Deadline _deadline;

    private DaemonConnection(int descriptor, Deadline deadline)
    {
        _descriptor = descriptor;
        _deadline = deadline;
    }

    /// <summary>Connects.</summary>
    /// <exception cref="IOException">There is no socket, nobody listens on it, or it took too long.</exception>
    public static DaemonConnection Open(string path, Deadline deadline)
    {
        byte* address = stackalloc byte[2 + AddressLength];
        var name = new Span<byte>(address, 2 + AddressLength);
        name.Clear();
        name[0] = Unix;
        // The configuration's reader has refused longer ones.
        int length = Encoding.UTF8.GetBytes(path, name[2..^1]);
        var connection = new DaemonConnection(Socket(Unix, Stream | CloseOnExec, 0), deadline);
        try
        {
            connection.Check(connection._descriptor, "socket");
            // Also how long connecting may wait, where more clients wait than the daemon takes at a time.
            connection.Limit(SendTimeout);
            while (Connect(connection._descriptor, address, (uint)(2 + length + 1)) != 0)
            {
                if (Marshal.GetLastPInvokeError() != Interrupted)
                    connection.Check(-1, "connect");
            }
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a message with its length.</summary>
    /// <exception cref="IOException">The daemon took it not, or not in time.</exception>
    public void Send(ReadOnlySpan<byte> message)
    {
        Span<byte> header = stackalloc byte[DaemonRequest.HeaderLength];
        BinaryPrimitives.WriteInt32LittleEndian(header, message.Length);
        Write(header);
        Write(message);
    }

    /// <summary>Receives a message.</summary>
    /// <exception cref="IOException">The daemon ended, took too long, or announced a message of a length that is not allowed.</exception>
    public byte[] Receive()
    {
        Span<byte> header = stackalloc byte[DaemonRequest.HeaderLength];
        Read(header);
        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is <= 0 or > DaemonRequest.LongestMessage)
            throw new IOException($"a message of {(uint)length} bytes was announced; at most {DaemonRequest.LongestMessage} are read");
        // Grown as it comes: an announced length is only a word.
        var message = new byte[Math.Min(length, 64 * 1024)];
        for (int read = 0; read < length;)
        {
            if (read == message.Length)
                Array.Resize(ref message, Math.Min(length, message.Length * 4));
            int end = message.Length;
            Read(message.AsSpan(read, end - read));
            read = end;
        }
        return message;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor >= 0)
            Close(_descriptor);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Limit(SendTimeout);
            nint sent;
            fixed (byte* start = bytes)
                sent = SendTo(_descriptor, start, (nuint)bytes.Length, NoSignal);
            if (sent < 0 && Marshal.GetLastPInvokeError() == Interrupted)
                continue;
            Check((int)sent, "send");
            bytes = bytes[(int)sent..];
        }
    }

    private void Read(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Limit(ReceiveTimeout);
            nint received;
            fixed (byte* start = bytes)
                received = ReceiveFrom(_descriptor, start, (nuint)bytes.Length, 0);
            if (received < 0 && Marshal.GetLastPInvokeError() == Interrupted)
                continue;
            Check((int)received, "receive");
            if (received == 0)
                throw new IOException("the daemon hung up");
            bytes = bytes[(int)received..];
        }
    }

    // Before each call, so that many small steps have one deadline together.
    private void Limit(int option)
    {
        int left = _deadline.RemainingMilliseconds;
        if (left == 0)
            throw new IOException("the daemon took too long");
        long* time = stackalloc long[2];
        time[0] = left / 1000;
        time[1] = left % 1000 * 1000L;
        Check(SetOption(_descriptor, SocketLevel, option, time, 2 * sizeof(long)), "setsockopt");
    }

    private void Check(int result, string what)
    {
        if (result < 0)
            throw new IOException(_deadline.HasPassed ? "the daemon took too long" : $"{what}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int descriptor, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int descriptor, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint SendTo(int descriptor, byte* bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint ReceiveFrom(int descriptor, byte* bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial void Close(int descriptor);
}
