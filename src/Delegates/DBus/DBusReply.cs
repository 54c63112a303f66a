namespace MultiNet.Delegates.DBus;

/// <summary>A message that came from the bus, as far as answers are concerned.</summary>
internal sealed class DBusReply
{
    /// <summary>Length of the part of the header that every message has, with the length of the fields after it.</summary>
    public const int FixedLength = 16;

    // Messages may have 128 MiB; what is of use here has some hundred bytes.
    private const int MaxLength = 1 << 20;

    private readonly bool _bigEndian;
    private readonly ReadOnlyMemory<byte> _body;

    private DBusReply(bool bigEndian, byte type, ReadOnlyMemory<byte> body)
    {
        _bigEndian = bigEndian;
        Type = type;
        _body = body;
    }

    /// <summary>1: a call, 2: an answer, 3: an error, 4: a signal.</summary>
    public byte Type { get; }

    /// <summary>The call that is answered; 0 where none is.</summary>
    public uint ReplySerial { get; private set; }

    /// <summary>The error's name, or empty.</summary>
    public string ErrorName { get; private set; } = "";

    /// <summary>The types of the body.</summary>
    public string Signature { get; private set; } = "";

    /// <summary>The length of a message, from its first bytes.</summary>
    /// <exception cref="DBusException">It is no message, or too long.</exception>
    public static int LengthOf(ReadOnlySpan<byte> start)
    {
        if (start[0] is not ((byte)'l' or (byte)'B') || start[3] != 1)
            throw DBusReader.Malformed();
        var reader = new DBusReader(start, start[0] == 'B');
        reader.UInt32();
        ulong body = reader.UInt32();
        reader.UInt32();
        ulong fields = reader.UInt32();
        ulong length = FixedLength + (fields + 7) / 8 * 8 + body;
        return length <= MaxLength ? (int)length : throw new DBusException(DBusProblem.Broken, $"the message bus sent a message of {length} bytes");
    }

    /// <summary>Reads a whole message.</summary>
    /// <exception cref="DBusException">It is malformed.</exception>
    public static DBusReply Parse(ReadOnlyMemory<byte> message)
    {
        var data = message.Span;
        bool bigEndian = data[0] == 'B';
        var start = new DBusReader(data, bigEndian);
        start.UInt32();
        int body = (int)start.UInt32();
        start.UInt32();
        int fields = (int)start.UInt32();
        var reply = new DBusReply(bigEndian, data[1], message[(message.Length - body)..]);
        reply.ReadFields(new DBusReader(data.Slice(FixedLength, fields), bigEndian));
        return reply;
    }

    /// <summary>The only value of the body, a string.</summary>
    /// <exception cref="DBusException">It is something else.</exception>
    public string String() => Signature.StartsWith('s') ? new DBusReader(_body.Span, _bigEndian).String() : throw Unexpected("a string");

    /// <summary>The only value of the body, a boolean.</summary>
    /// <exception cref="DBusException">It is something else.</exception>
    public bool Boolean() => Signature == "b" ? new DBusReader(_body.Span, _bigEndian).UInt32() != 0 : throw Unexpected("a boolean");

    private DBusException Unexpected(string what) => new(DBusProblem.Broken, $"the answer is of type \"{Signature}\" instead of {what}");

    private void ReadFields(DBusReader reader)
    {
        while (!reader.IsAtEnd)
        {
            reader.Align(8);
            if (reader.IsAtEnd)
                return;
            var field = (DBusHeaderField)reader.Byte();
            string type = reader.Signature();
            switch (field, type)
            {
                case (DBusHeaderField.ReplySerial, "u"):
                    ReplySerial = reader.UInt32();
                    break;
                case (DBusHeaderField.ErrorName, "s"):
                    ErrorName = reader.String();
                    break;
                case (DBusHeaderField.Signature, "g"):
                    Signature = reader.Signature();
                    break;
                default:
                    // What is not known is to be ignored; all that is known is of a basic type.
                    reader.Skip(type.Length == 1 ? type[0] : '?');
                    break;
            }
        }
    }
}
