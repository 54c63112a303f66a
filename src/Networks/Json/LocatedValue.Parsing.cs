using System.Text;
using System.Text.Json;
using MultiNet.Cni.Json;

namespace MultiNet.Networks;

public sealed partial class LocatedValue
{
    /// <summary>
    /// Reads a text; a text that is not JSON becomes one problem with its position and, where it is a common slip, what to do.
    /// </summary>
    /// <returns>The root, or null.</returns>
    public static LocatedValue? Parse(ReadOnlyMemory<byte> utf8, ProblemList problems, string rule)
    {
        var reader = new Utf8JsonReader(utf8.Span, new JsonReaderOptions { MaxDepth = JsonFields.MaxDepth });
        try
        {
            return Read(ref reader, utf8);
        }
        catch (JsonException e)
        {
            int offset = OffsetOf(utf8.Span, e);
            problems.Error(rule, new Place("", offset), "not valid JSON: " + Explain(utf8.Span, offset, e));
            return null;
        }
    }

    private static LocatedValue Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> utf8)
    {
        LocatedValue? root = null, container = null;
        string? key = null;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    // A name that is not valid text matches no key; it must not match the empty name either.
                    key = TextOf(ref reader) ?? "\ufffd";
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    container!.End = (int)reader.BytesConsumed;
                    container = container.Parent;
                    break;
                default:
                    var value = new LocatedValue(
                        utf8, KindOf(reader.TokenType), container, key, container?._children?.Count ?? 0, (int)reader.TokenStartIndex)
                    {
                        Text = reader.TokenType == JsonTokenType.String ? TextOf(ref reader) : null,
                        End = (int)reader.BytesConsumed,
                    };
                    if (container is not null)
                        (container._children ??= []).Add(value);
                    root ??= value;
                    key = null;
                    if (value.Kind is JsonValueKind.Object or JsonValueKind.Array)
                        container = value;
                    break;
            }
        }
        return root!; // the reader has thrown for a text without a value
    }

    private static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // a lone surrogate, or bytes that are not UTF-8
        }
    }

    private static JsonValueKind KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => JsonValueKind.Object,
        JsonTokenType.StartArray => JsonValueKind.Array,
        JsonTokenType.String => JsonValueKind.String,
        JsonTokenType.Number => JsonValueKind.Number,
        JsonTokenType.True => JsonValueKind.True,
        JsonTokenType.False => JsonValueKind.False,
        _ => JsonValueKind.Null,
    };

    private static int OffsetOf(ReadOnlySpan<byte> utf8, JsonException e)
    {
        int offset = 0;
        for (long line = e.LineNumber ?? 0; line > 0; line--)
        {
            int newline = utf8[offset..].IndexOf((byte)'\n');
            if (newline < 0)
                break;
            offset += newline + 1;
        }
        offset = (int)Math.Min(utf8.Length, offset + (e.BytePositionInLine ?? 0));
        // A word that is no literal is told at its beginning, not at the letter that is not that of null, true or false.
        while (offset > 0 && offset < utf8.Length && char.IsAsciiLetter((char)utf8[offset]) && char.IsAsciiLetter((char)utf8[offset - 1]))
            offset--;
        return offset;
    }

    private static string Explain(ReadOnlySpan<byte> utf8, int offset, JsonException e)
    {
        if (e.Message.Contains("maximum configured depth", StringComparison.Ordinal))
            return $"nested deeper than {JsonFields.MaxDepth} levels; no known use needs that";
        int next = offset;
        while (next < utf8.Length && utf8[next] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            next++;
        if (next >= utf8.Length)
            return "the text ends too early; a bracket, brace or quotation mark is not closed";
        int last = Math.Min(offset, utf8.Length) - 1;
        while (last >= 0 && utf8[last] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            last--;
        string hint = utf8[next] switch
        {
            (byte)'\'' => "; text stands in double quotation marks",
            (byte)']' or (byte)'}' when last >= 0 && utf8[last] == (byte)',' => "; remove the comma before it",
            (byte)'/' or (byte)'#' => "; comments are not allowed",
            0xef => "; is there a byte order mark?",
            0xe2 => "; are there typographic quotation marks?",
            (byte)'\n' or (byte)'\r' or (byte)'\t' => "; inside a string, write it as an escape",
            _ => "",
        };
        return $"did not expect {Quoted.Text(Excerpt(utf8, next))} here{hint}";
    }

    private static string Excerpt(ReadOnlySpan<byte> utf8, int offset)
    {
        while (offset > 0 && (utf8[offset] & 0xc0) == 0x80)
            offset--;
        var rest = utf8[offset..];
        return Encoding.UTF8.GetString(rest[..Math.Min(rest.Length, 24)]).TrimEnd('\ufffd');
    }
}
