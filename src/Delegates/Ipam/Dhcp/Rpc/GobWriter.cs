using System.Buffers;
using System.Text;

namespace MultiNet.Delegates.Ipam.Dhcp.Rpc;

/// <summary>
/// Writes Go's gob encoding (the comment of package encoding/gob is its specification), as far as the calls of the reference's DHCP daemon need it: one
/// message with its length. A value's fields that are zero are left out.
/// </summary>
internal sealed class GobWriter
{
    /// <summary>Numbers of types that need no description.</summary>
    internal const int Int = 2, Uint = 3, Bytes = 5, Text = 6;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    // The number of the field that was written last in each struct that is open.
    private readonly Stack<int> _fields = new();

    /// <summary>The message, its length before it.</summary>
    public byte[] ToMessage()
    {
        var length = new GobWriter();
        length.Unsigned((ulong)_bytes.WrittenCount);
        return [.. length._bytes.WrittenSpan, .. _bytes.WrittenSpan];
    }

    /// <summary>An unsigned number: itself below 128, else the negated count of its bytes and the bytes.</summary>
    public void Unsigned(ulong value)
    {
        if (value < 128)
        {
            _bytes.Write([(byte)value]);
            return;
        }
        int count = (71 - System.Numerics.BitOperations.LeadingZeroCount(value)) / 8;
        _bytes.Write([(byte)-count]);
        for (int i = count - 1; i >= 0; i--)
            _bytes.Write([(byte)(value >> (8 * i))]);
    }

    /// <summary>A number with a sign, which becomes the lowest bit.</summary>
    public void Signed(long value) => Unsigned(value < 0 ? ((ulong)~value << 1) | 1 : (ulong)value << 1);

    /// <summary>Bytes with their count.</summary>
    public void Blob(ReadOnlySpan<byte> value)
    {
        Unsigned((ulong)value.Length);
        _bytes.Write(value);
    }

    /// <summary>Opens a struct.</summary>
    public void Begin() => _fields.Push(-1);

    /// <summary>Closes it.</summary>
    public void End()
    {
        _fields.Pop();
        Unsigned(0);
    }

    /// <summary>Announces a field; its value follows.</summary>
    /// <param name="number">Its place in the type's description, from 0.</param>
    public void Field(int number)
    {
        Unsigned((ulong)(number - _fields.Pop()));
        _fields.Push(number);
    }

    /// <summary>A field that is a text, unless it is empty.</summary>
    public void Field(int number, string value)
    {
        if (value.Length > 0)
            Field(number, Encoding.UTF8.GetBytes(value));
    }

    /// <summary>A field that is bytes, unless there are none.</summary>
    public void Field(int number, ReadOnlySpan<byte> value)
    {
        if (value.Length == 0)
            return;
        Field(number);
        Blob(value);
    }

    /// <summary>A field that is a number with a sign, unless it is 0.</summary>
    public void Field(int number, long value)
    {
        if (value == 0)
            return;
        Field(number);
        Signed(value);
    }

    /// <summary>A field that is an unsigned number, unless it is 0.</summary>
    public void Field(int number, ulong value)
    {
        if (value == 0)
            return;
        Field(number);
        Unsigned(value);
    }

    /// <summary>A message that describes a struct type.</summary>
    /// <param name="type">The number that it gets, from 65 on.</param>
    /// <param name="name">Its name, which decides nothing.</param>
    /// <param name="fields">Names and types of its fields: by the names the reader finds its own.</param>
    public static byte[] StructType(int type, string name, params ReadOnlySpan<(string Name, int Type)> fields)
    {
        var writer = new GobWriter();
        writer.BeginType(type, name, kind: 2);
        if (fields.Length > 0)
        {
            writer.Field(1);
            writer.Unsigned((ulong)fields.Length);
            foreach (var (field, fieldType) in fields)
            {
                writer.Begin();
                writer.Field(0, field);
                writer.Field(1, (long)fieldType);
                writer.End();
            }
        }
        return writer.EndType();
    }

    /// <summary>A message that describes a slice type.</summary>
    public static byte[] SliceType(int type, string name, int element)
    {
        var writer = new GobWriter();
        writer.BeginType(type, name, kind: 1);
        writer.Field(1, (long)element);
        return writer.EndType();
    }

    // wireType: one of ArrayT, SliceT, StructT, MapT; the first field of each of them is CommonType with Name and Id.
    private void BeginType(int type, string name, int kind)
    {
        Signed(-type);
        Begin();
        Field(kind);
        Begin();
        Field(0);
        Begin();
        Field(0, name);
        Field(1, (long)type);
        End();
    }

    private byte[] EndType()
    {
        End();
        End();
        return ToMessage();
    }
}
