using System.Buffers;
using System.Text.Json;

namespace MultiNet.Cni.Json;

/// <summary>
/// Sets top-level keys of a JSON object in its text. Everything else stays byte for byte as the user wrote it: numbers, escapes,
/// order, unknown keys.
/// </summary>
public static class JsonSplice
{
    /// <summary>Sets keys. Earlier properties of exactly the same names are dropped; the new ones stand last, so they win for every reader.</summary>
    /// <param name="json">A JSON object.</param>
    /// <param name="values">The keys with their values as JSON text.</param>
    /// <param name="what">What the object is, for errors.</param>
    /// <exception cref="CniException">Code 6: not a JSON object.</exception>
    public static byte[] Set(ReadOnlySpan<byte> json, ReadOnlySpan<KeyValuePair<string, ReadOnlyMemory<byte>>> values, string what)
    {
        if (json.StartsWith("\ufeff"u8))
            json = json[3..];
        var output = new ArrayBufferWriter<byte>(json.Length + 256);
        output.Write("{"u8);
        bool first = true;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonFields.MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new CniException(CniErrorCode.DecodingFailure, $"{what}: expected an object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                int start = (int)reader.TokenStartIndex;
                bool replaced = IsAmong(ref reader, values);
                reader.Read();
                reader.Skip();
                if (replaced)
                    continue;
                if (!first)
                    output.Write(","u8);
                first = false;
                output.Write(json[start..(int)reader.BytesConsumed]);
            }
            // What follows the object is refused as well: it would be lost.
            reader.Read();
        }
        catch (JsonException e)
        {
            throw new CniException(
                CniErrorCode.DecodingFailure, $"{what}: not valid JSON (line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1})",
                JsonFields.Reason(e), e);
        }
        foreach (var (key, value) in values)
        {
            if (!first)
                output.Write(","u8);
            first = false;
            var name = new GoJsonWriter(indented: false);
            name.String(key);
            output.Write(name.Written);
            output.Write(":"u8);
            output.Write(value.Span);
        }
        output.Write("}"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A string as JSON text.</summary>
    public static byte[] Quote(string text)
    {
        var writer = new GoJsonWriter(indented: false);
        writer.String(text);
        return writer.Written.ToArray();
    }

    private static bool IsAmong(ref Utf8JsonReader reader, ReadOnlySpan<KeyValuePair<string, ReadOnlyMemory<byte>>> values)
    {
        foreach (var (key, _) in values)
        {
            try
            {
                if (reader.ValueTextEquals(key))
                    return true;
            }
            catch (InvalidOperationException)
            {
                return false; // a name that is not valid text is none of ours
            }
        }
        return false;
    }
}
