using System.Buffers.Binary;
using System.Text;

namespace MultiNet.Delegates.DBus;

/// <summary>Reads values of a message in the order in which they come (D-Bus specification, "Marshaling").</summary>
/// <param name="data">Header or body, from an offset that is a multiple of 8.</param>
/// <param name="bigEndian">The sender's byte order.</param>
internal ref struct DBusReader(ReadOnlySpan<byte> data, bool bigEndian)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _at;

    /// <summary>Is all read?</summary>
    public readonly bool IsAtEnd => _at >= _data.Length;

    /// <summary>A byte.</summary>
    /// <exception cref="DBusException">The message ends before.</exception>
    public byte Byte() => Take(1)[0];

    /// <summary>A number of 32 bits.</summary>
    /// <inheritdoc cref="Byte" path="/exception"/>
    public uint UInt32()
    {
        Align(4);
        var bytes = Take(4);
        return bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <summary>A string or an object path.</summary>
    /// <inheritdoc cref="Byte" path="/exception"/>
    public string String()
    {
        uint length = UInt32();
        if (length >= int.MaxValue)
            throw Malformed();
        return Text((int)length);
    }

    /// <summary>A signature.</summary>
    /// <inheritdoc cref="Byte" path="/exception"/>
    public string Signature() => Text(Byte());

    /// <summary>Passes over a value of a basic type.</summary>
    /// <exception cref="DBusException">The message ends before, or the type is a container.</exception>
    public void Skip(char type)
    {
        switch (type)
        {
            case 'y':
                Byte();
                break;
            case 'n' or 'q':
                Align(2);
                Take(2);
                break;
            case 'b' or 'i' or 'u' or 'h':
                UInt32();
                break;
            case 'x' or 't' or 'd':
                Align(8);
                Take(8);
                break;
            case 's' or 'o':
                String();
                break;
            case 'g':
                Signature();
                break;
            default:
                throw Malformed();
        }
    }

    /// <summary>Goes on at a multiple of a type's size.</summary>
    /// <inheritdoc cref="Byte" path="/exception"/>
    public void Align(int size)
    {
        int padding = (size - _at % size) % size;
        if (padding > 0)
            Take(padding);
    }

    /// <summary>The error for what is no message.</summary>
    public static DBusException Malformed() => new(DBusProblem.Broken, "the message bus sent a malformed message");

    private string Text(int length)
    {
        var text = Encoding.UTF8.GetString(Take(length));
        Take(1);
        return text;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _data.Length - _at)
            throw Malformed();
        var taken = _data.Slice(_at, length);
        _at += length;
        return taken;
    }
}
