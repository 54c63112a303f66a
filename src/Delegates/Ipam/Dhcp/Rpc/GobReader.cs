namespace MultiNet.Delegates.Ipam.Dhcp.Rpc;

/// <summary>
/// Reads Go's gob encoding: the sender describes its types, so that any value can be read. Bytes of any kind give a value or a <see cref="GobException"/>;
/// depth, counts and the number of types are limited.
/// </summary>
internal sealed class GobReader
{
    private const int MostTypes = 256, Deepest = 32, MostValues = 100_000;

    private readonly Dictionary<int, TypeDescription> _types = [];
    private int _values;

    /// <summary>The length of the first message, itself without the bytes that tell it.</summary>
    /// <returns>False where there are too few bytes to tell.</returns>
    /// <exception cref="GobException">The length is none, or more than <paramref name="longest"/>.</exception>
    internal static bool TryReadLength(ReadOnlySpan<byte> bytes, int longest, out int header, out int length)
    {
        (header, length) = (0, 0);
        if (bytes.Length == 0 || (bytes[0] > 127 && bytes.Length < 1 + 256 - bytes[0]))
        {
            // More than eight bytes of length: no use to wait for them.
            return bytes.Length == 0 || bytes[0] >= 248 ? false : throw new GobException("not a length");
        }
        var cursor = new Cursor(bytes);
        ulong value = cursor.Unsigned();
        if (value == 0 || value > (ulong)longest)
            throw new GobException($"a message of {value} bytes; allowed are 1 to {longest}");
        (header, length) = (bytes.Length - cursor.Left, (int)value);
        return true;
    }

    /// <summary>Reads a message without its length.</summary>
    /// <returns>The value, or null where the message describes a type.</returns>
    /// <exception cref="GobException">It is malformed, or refers to a type that was not described.</exception>
    internal GobValue? Read(ReadOnlySpan<byte> message)
    {
        _values = 0;
        var cursor = new Cursor(message);
        long type = cursor.Signed();
        if (type < 0)
        {
            if (_types.Count >= MostTypes || type < -1_000_000)
                throw new GobException("too many types");
            _types[(int)-type] = ReadType(ref cursor);
            return null;
        }
        int number = (int)Math.Min(type, int.MaxValue);
        // A value that is no struct comes after a zero.
        if (!(_types.TryGetValue(number, out var description) && description.Kind == TypeKind.Struct) && cursor.Unsigned() != 0)
            throw new GobException("a zero is missing before the value");
        return ReadValue(ref cursor, number, 0);
    }

    private GobValue ReadValue(ref Cursor cursor, int type, int depth)
    {
        if (depth > Deepest || ++_values > MostValues)
            throw new GobException("nested too deeply, or too many values");
        switch (type)
        {
            case 1 or GobWriter.Uint or 4:
                return new GobValue { Unsigned = cursor.Unsigned() };
            case GobWriter.Int:
                return new GobValue { Number = cursor.Signed() };
            case GobWriter.Bytes or GobWriter.Text:
                return new GobValue { Bytes = cursor.Blob().ToArray() };
        }
        if (!_types.TryGetValue(type, out var description))
            throw new GobException($"type {type} was not described");
        return description.Kind switch
        {
            TypeKind.Struct => ReadStruct(ref cursor, description, depth),
            TypeKind.Slice => ReadItems(ref cursor, description, depth),
            _ => new GobValue { Bytes = cursor.Blob().ToArray() },
        };
    }

    private GobValue ReadStruct(ref Cursor cursor, TypeDescription description, int depth)
    {
        var fields = new Dictionary<string, GobValue>();
        long field = -1;
        while (cursor.Unsigned() is var delta && delta != 0)
        {
            field = delta > (ulong)description.Fields.Count ? long.MaxValue : field + (long)delta;
            if (field >= description.Fields.Count)
                throw new GobException("a field that the type does not have");
            var (name, type) = description.Fields[(int)field];
            fields[name] = ReadValue(ref cursor, type, depth + 1);
        }
        return new GobValue(fields);
    }

    private GobValue ReadItems(ref Cursor cursor, TypeDescription description, int depth)
    {
        ulong count = cursor.Unsigned();
        if (count > (ulong)cursor.Left)
            throw new GobException("more elements than bytes");
        var items = new List<GobValue>((int)Math.Min(count, 1024));
        for (ulong i = 0; i < count; i++)
            items.Add(ReadValue(ref cursor, description.Element, depth + 1));
        return new GobValue { Items = items };
    }

    // wireType: fields 0 ArrayT, 1 SliceT, 2 StructT, 3 MapT, 4 to 6 types that encode themselves, as bytes.
    private static TypeDescription ReadType(ref Cursor cursor)
    {
        TypeDescription? found = null;
        int field = -1;
        while (NextField(ref cursor, ref field))
        {
            found = field switch
            {
                0 or 1 => ReadSliceType(ref cursor),
                2 => ReadStructType(ref cursor),
                4 or 5 or 6 => ReadOpaqueType(ref cursor),
                _ => throw new GobException("a map, or a kind of type that is not known"),
            };
        }
        return found ?? throw new GobException("a type without a description");
    }

    private static TypeDescription ReadSliceType(ref Cursor cursor)
    {
        int element = 0, field = -1;
        while (NextField(ref cursor, ref field))
        {
            if (field == 0)
                SkipCommon(ref cursor);
            else if (field == 1)
                element = TypeNumber(ref cursor);
            else
                cursor.Signed(); // an array's length
        }
        return new TypeDescription(TypeKind.Slice) { Element = element };
    }

    private static TypeDescription ReadStructType(ref Cursor cursor)
    {
        var fields = new List<(string, int)>();
        int field = -1;
        while (NextField(ref cursor, ref field))
        {
            if (field == 0)
            {
                SkipCommon(ref cursor);
                continue;
            }
            ulong count = cursor.Unsigned();
            if (field != 1 || count > 256)
                throw new GobException("too many fields");
            for (ulong i = 0; i < count; i++)
            {
                string name = "";
                int type = 0, part = -1;
                while (NextField(ref cursor, ref part))
                {
                    if (part == 0)
                        name = System.Text.Encoding.UTF8.GetString(cursor.Blob());
                    else
                        type = TypeNumber(ref cursor);
                }
                fields.Add((name, type));
            }
        }
        return new TypeDescription(TypeKind.Struct) { Fields = fields };
    }

    private static TypeDescription ReadOpaqueType(ref Cursor cursor)
    {
        int field = -1;
        while (NextField(ref cursor, ref field))
            SkipCommon(ref cursor);
        return new TypeDescription(TypeKind.Opaque);
    }

    private static void SkipCommon(ref Cursor cursor)
    {
        int field = -1;
        while (NextField(ref cursor, ref field))
        {
            if (field == 0)
                cursor.Blob();
            else
                cursor.Signed();
        }
    }

    private static int TypeNumber(ref Cursor cursor) =>
        cursor.Signed() is var type and > 0 and < 1_000_000 ? (int)type : throw new GobException("not a type's number");

    // Descriptions have few fields.
    private static bool NextField(ref Cursor cursor, ref int field)
    {
        ulong delta = cursor.Unsigned();
        if (delta > 16)
            throw new GobException("a field that descriptions do not have");
        field += (int)delta;
        return delta != 0;
    }

    private enum TypeKind
    {
        Struct,
        Slice,
        Opaque,
    }

    private sealed record TypeDescription(TypeKind Kind)
    {
        public IReadOnlyList<(string Name, int Type)> Fields { get; init; } = [];

        public int Element { get; init; }
    }

    private ref struct Cursor(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public readonly int Left => _rest.Length;

        public ulong Unsigned()
        {
            byte first = Take(1)[0];
            if (first < 128)
                return first;
            int count = 256 - first;
            if (count > 8)
                throw new GobException("a number of more than eight bytes");
            ulong value = 0;
            foreach (byte b in Take(count))
                value = (value << 8) | b;
            return value;
        }

        public long Signed()
        {
            ulong value = Unsigned();
            return (value & 1) == 0 ? (long)(value >> 1) : ~(long)(value >> 1);
        }

        public ReadOnlySpan<byte> Blob()
        {
            ulong length = Unsigned();
            return Take((int)Math.Min(length, int.MaxValue));
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count > _rest.Length)
                throw new GobException("the message ends too early");
            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
