using System.Runtime.InteropServices;

namespace MultiNet.Netlink.Messages;

/// <summary>
/// Composes one datagram of one or more netlink messages in a growing buffer. Split by topic: this part frames messages,
/// <c>MessageWriter.Attributes.cs</c> writes attributes, <c>MessageWriter.Headers.cs</c> the family headers that precede them.
/// </summary>
internal sealed partial class MessageWriter(MessageSequence sequence)
{
    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(2048);
    private int _length;
    private int _start = -1;
    private uint _last;

    internal MessageWriter()
        : this(new MessageSequence())
    {
    }

    /// <summary>Everything composed so far.</summary>
    internal ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Bytes composed so far.</summary>
    internal int Length => _length;

    /// <summary>Forgets what was composed. Sequence numbers go on.</summary>
    internal void Clear()
    {
        _length = 0;
        _start = -1;
    }

    /// <summary>Starts a message, ending the one before; returns its sequence number.</summary>
    internal uint BeginMessage(ushort type, MessageFlags flags)
    {
        EndMessage();
        _start = _length;
        var header = Extend(MessageReader.HeaderLength);
        MemoryMarshal.Write(header[4..], type);
        MemoryMarshal.Write(header[6..], (ushort)(flags | MessageFlags.Request));
        _last = sequence.Next();
        MemoryMarshal.Write(header[8..], _last);
        return _last;
    }

    /// <summary>Sets the length of the message that was begun last.</summary>
    internal void EndMessage()
    {
        if (_start < 0)
            return;
        MemoryMarshal.Write(_buffer.AsSpan(_start), (uint)(_length - _start));
        _start = -1;
    }

    /// <summary>
    /// Ends the last message. A single message that is sent again (a listing tried once more) gets a new sequence number.
    /// </summary>
    /// <returns>The sequence number of the last message.</returns>
    internal uint Finish()
    {
        if (_start >= 0)
        {
            EndMessage();
            return _last;
        }
        _last = sequence.Next();
        MemoryMarshal.Write(_buffer.AsSpan(8), _last);
        return _last;
    }

    /// <summary>Appends zeroed bytes, a multiple of four.</summary>
    private Span<byte> Extend(int count)
    {
        int aligned = (count + 3) & ~3;
        int needed = _length + aligned;
        if (needed > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(needed, _buffer.Length * 2));
        var span = _buffer.AsSpan(_length, aligned);
        span.Clear();
        _length = needed;
        return span;
    }
}
