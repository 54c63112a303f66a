using System.Diagnostics;
using MultiNet.Netlink.Native;

namespace MultiNet.Netlink.Messages;

/// <summary>
/// Requests and their answers over one socket: acknowledged changes, single answers, listings. Each request is composed in
/// <see cref="Writer"/> after <see cref="Begin"/>. Answers are matched by sequence number, so that what is left of a
/// request that failed or timed out is never taken for the answer to a later one.
/// </summary>
internal sealed class NetlinkChannel : IDisposable
{
    // So many at once; then with pauses, which give those who change things the chance to come to their end.
    private const int QuickDumps = 5, LongestPause = 20;

    private readonly NetlinkSocket _socket;
    private readonly MessageSequence _sequence = new();

    internal NetlinkChannel(NetlinkSocket socket)
    {
        _socket = socket;
        Writer = new MessageWriter(_sequence);
    }

    internal NetlinkSocket Socket => _socket;

    internal MessageWriter Writer { get; }

    /// <summary>
    /// How long a listing that is interrupted is asked for again. On a node with hundreds of links, on which pods start and end, most listings
    /// are: five attempts alone fail once in three there.
    /// </summary>
    internal TimeSpan DumpPatience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A writer of its own, for what is composed over several calls while the channel may be used otherwise.</summary>
    internal MessageWriter NewWriter() => new(_sequence);

    /// <summary>Starts a datagram of one request.</summary>
    internal MessageWriter Begin(ushort type, MessageFlags flags)
    {
        Writer.Clear();
        Writer.BeginMessage(type, flags);
        return Writer;
    }

    /// <summary>Sends the one request composed and waits for the acknowledgement.</summary>
    internal void Execute(string operation) => Execute<object>(operation, parse: null);

    /// <summary>
    /// The same for a request with NLM_F_ECHO: the parsed notification about what was made comes with the
    /// acknowledgement. Null where the kernel sent none.
    /// </summary>
    internal T? Execute<T>(string operation, MessageParser<T>? parse)
        where T : class
    {
        uint sequence = Submit(operation);
        T? echo = null;
        while (true)
        {
            var reader = new MessageReader(_socket.Receive(operation));
            while (reader.Read())
            {
                if (reader.Sequence != sequence)
                    continue;
                if (reader.Type == MessageType.Error)
                {
                    ThrowIfFailed(reader, operation);
                    return echo;
                }
                echo ??= parse?.Invoke(reader.Type, reader.Body);
            }
        }
    }

    /// <summary>Sends the one request composed (without NLM_F_ACK) and parses the one answer.</summary>
    internal T Get<T>(string operation, MessageParser<T> parse)
        where T : class
    {
        uint sequence = Submit(operation);
        while (true)
        {
            var reader = new MessageReader(_socket.Receive(operation));
            while (reader.Read())
            {
                if (reader.Sequence != sequence)
                    continue;
                if (reader.Type == MessageType.Error)
                    ThrowIfFailed(reader, operation);
                else if (parse(reader.Type, reader.Body) is { } answer)
                    return answer;
            }
        }
    }

    /// <summary>
    /// Sends the listing request composed and parses its answers. A listing that the kernel marks as interrupted is read to
    /// its end and asked for again.
    /// </summary>
    /// <exception cref="NetlinkDumpInterruptedException">Each attempt was interrupted, for as long as <see cref="DumpPatience"/> says.</exception>
    internal List<T> Dump<T>(string operation, MessageParser<T> parse)
        where T : class
    {
        var items = new List<T>();
        long started = Stopwatch.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            uint sequence = Submit(operation);
            if (ReadDump(operation, sequence, items, parse))
                return items;
            items.Clear();
            if (attempt < QuickDumps)
                continue;
            if (Stopwatch.GetElapsedTime(started) >= DumpPatience)
                throw new NetlinkDumpInterruptedException(operation, attempt);
            Thread.Sleep(Random.Shared.Next(1, LongestPause));
        }
    }

    /// <summary>
    /// Sends a datagram of several requests and waits until each is acknowledged. Failures are reported one by one; the kernel goes
    /// on after each.
    /// </summary>
    internal void ExecuteAll(ReadOnlySpan<byte> datagram, ReadOnlySpan<PendingRequest> requests, ref List<NetlinkException>? failures)
    {
        _socket.Send(datagram, requests[0].Operation);
        // Acknowledgements come in the order of the requests.
        int next = 0;
        while (next < requests.Length)
        {
            var reader = new MessageReader(_socket.Receive(requests[next].Operation));
            while (reader.Read() && next < requests.Length)
            {
                if (reader.Type != MessageType.Error || reader.Sequence != requests[next].Sequence)
                    continue;
                int errno = reader.Outcome(out string? explanation);
                if (errno != 0)
                    (failures ??= []).Add(new NetlinkException(requests[next].Operation, errno, explanation));
                next++;
            }
        }
    }

    /// <summary>
    /// Sends a transaction of nfnetlink composed in <see cref="Writer"/>: its beginning, changes of which the last one asks for an acknowledgement,
    /// its end. The kernel tells every failure, in order, and then of the last change either way.
    /// </summary>
    /// <param name="requests">The beginning and the changes.</param>
    internal void ExecuteTransaction(List<PendingRequest> requests)
    {
        string operation = requests[^1].Operation;
        // The kernel takes a transaction in one datagram; the default limit is 208 KB.
        if (Writer.Written.Length > 128 * 1024)
            _socket.TrySetSendQueue(Writer.Written.Length * 2);
        _socket.Send(Writer.Written, operation);
        NetlinkException? failure = null;
        while (true)
        {
            var reader = new MessageReader(_socket.Receive(operation));
            while (reader.Read())
            {
                // Sequence numbers of a datagram follow each other.
                uint place = reader.Sequence - requests[0].Sequence;
                if (reader.Type != MessageType.Error || place >= (uint)requests.Count)
                    continue;
                int errno = reader.Outcome(out string? explanation);
                if (errno != 0)
                    failure ??= new NetlinkException(requests[(int)place].Operation, errno, explanation);
                // A failure of the beginning is one of the whole (no privilege, no nftables, failed commit).
                if (place == 0 && failure is not null)
                    throw failure;
                if (place == (uint)requests.Count - 1)
                {
                    if (failure is not null)
                        throw failure;
                    return;
                }
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private uint Submit(string operation)
    {
        uint sequence = Writer.Finish();
        _socket.Send(Writer.Written, operation);
        return sequence;
    }

    private bool ReadDump<T>(string operation, uint sequence, List<T> items, MessageParser<T> parse)
        where T : class
    {
        bool consistent = true;
        while (true)
        {
            var reader = new MessageReader(_socket.Receive(operation));
            while (reader.Read())
            {
                if (reader.Sequence != sequence)
                    continue;
                if ((reader.Flags & MessageFlags.DumpInterrupted) != 0)
                    consistent = false;
                switch (reader.Type)
                {
                    case MessageType.Done:
                        // A dump that the kernel itself gave up because of a change ends with EINTR.
                        int errno = reader.Outcome(out string? explanation);
                        if (errno == Errno.EINTR)
                            return false;
                        if (errno != 0)
                            throw new NetlinkException(operation, errno, explanation);
                        return consistent;
                    case MessageType.Error:
                        ThrowIfFailed(reader, operation);
                        return consistent;
                    case MessageType.Noop:
                        break;
                    case MessageType.Overrun:
                        throw new NetlinkException(operation, Errno.ENOBUFS);
                    default:
                        if (parse(reader.Type, reader.Body) is { } item)
                            items.Add(item);
                        break;
                }
            }
        }
    }

    private static void ThrowIfFailed(in MessageReader reader, string operation)
    {
        int errno = reader.Outcome(out string? explanation);
        if (errno != 0)
            throw new NetlinkException(operation, errno, explanation);
    }
}
