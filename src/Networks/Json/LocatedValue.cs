using System.Globalization;
using System.Text.Json;

namespace MultiNet.Networks;

/// <summary>
/// A JSON value that knows where it stands, which <see cref="JsonElement"/> does not: a problem can then name its
/// path, line and column. Members of objects keep their order and their duplicates.
/// </summary>
public sealed partial class LocatedValue
{
    private readonly ReadOnlyMemory<byte> _source;
    private List<LocatedValue>? _children;

    private LocatedValue(ReadOnlyMemory<byte> source, JsonValueKind kind, LocatedValue? parent, string? key, int index, int start)
    {
        _source = source;
        Kind = kind;
        Parent = parent;
        Key = key;
        Index = index;
        Start = start;
    }

    /// <summary>The kind of value; a string stays one though its text is not valid.</summary>
    public JsonValueKind Kind { get; }

    /// <summary>The object or array in which the value stands.</summary>
    public LocatedValue? Parent { get; }

    /// <summary>The name of a member of an object; null elsewhere.</summary>
    public string? Key { get; }

    /// <summary>The index of an element of an array, or of a member among its object's members.</summary>
    public int Index { get; }

    /// <summary>The first byte of the value in the text.</summary>
    public int Start { get; }

    /// <summary>The byte behind the value.</summary>
    public int End { get; private set; }

    /// <summary>A string's text; null for another kind, and for a string that is not valid Unicode.</summary>
    public string? Text { get; private init; }

    /// <summary>Elements of an array, members of an object.</summary>
    public IReadOnlyList<LocatedValue> Children => _children ?? (IReadOnlyList<LocatedValue>)[];

    /// <summary>The value as it was written.</summary>
    public ReadOnlyMemory<byte> Raw => _source[Start..End];

    /// <summary>Is it <c>null</c>, which Go takes for absent?</summary>
    public bool IsNull => Kind == JsonValueKind.Null;

    /// <summary>Where the value begins.</summary>
    public Place Place => new(Path, Start);

    /// <summary><c>[1].ips[0]</c>; empty for the root.</summary>
    public string Path
    {
        get
        {
            if (Parent is null)
                return "";
            string parent = Parent.Path;
            if (Key is null)
                return $"{parent}[{Index}]";
            string key = IsPlain(Key) ? Key : Quoted.Text(Key);
            return parent.Length == 0 ? key : $"{parent}.{key}";
        }
    }

    /// <summary>What was found, for messages: <c>the string "eth0"</c>, <c>an object</c>.</summary>
    public string Found => Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => Text is null ? "a string that is not valid Unicode" : "the string " + Quoted.Text(Text),
        JsonValueKind.Number => "the number " + RawText,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    /// <summary>The member of this exact name that Go's map decoding would keep: the last.</summary>
    public LocatedValue? Exact(string key)
    {
        LocatedValue? found = null;
        foreach (var child in Children)
        {
            if (child.Key == key)
                found = child;
        }
        return found;
    }

    /// <summary>The member that Go's struct decoding would keep: the last that matches in any case and is not null.</summary>
    public LocatedValue? AnyCase(string key)
    {
        LocatedValue? found = null;
        foreach (var child in Children)
        {
            if (!child.IsNull && string.Equals(child.Key, key, StringComparison.OrdinalIgnoreCase))
                found = child;
        }
        return found;
    }

    /// <summary>A whole number as Go reads an int: no fraction, no exponent, 64 bits.</summary>
    public bool TryGetLong(out long number)
    {
        number = 0;
        return Kind == JsonValueKind.Number && long.TryParse(Raw.Span, NumberStyles.AllowLeadingSign, null, out number);
    }

    // What can stand in a path without quotes.
    private static bool IsPlain(string key)
    {
        foreach (char c in key)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                return false;
        }
        return key.Length is > 0 and <= 60;
    }

    private string RawText
    {
        get
        {
            var raw = Raw.Span;
            return raw.Length <= 40
                ? System.Text.Encoding.UTF8.GetString(raw)
                : System.Text.Encoding.UTF8.GetString(raw[..37]) + "...";
        }
    }
}
