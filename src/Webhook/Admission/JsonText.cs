using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace MultiNet.Webhook.Admission;

/// <summary>Is every string of a JSON text a text? JSON allows half a surrogate pair, and its parser looks at bytes only when somebody asks for a string.</summary>
internal static class JsonText
{
    private const int EscapeLength = 6;

    /// <summary>Is it valid UTF-8, with escapes that are characters?</summary>
    /// <param name="json">A JSON text that a parser has accepted.</param>
    public static bool IsUnicode(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            return false;
        while (json.IndexOf((byte)'\\') is >= 0 and int found)
        {
            json = json[found..];
            if (CodeUnit(json) is not { } unit || !char.IsSurrogate(unit))
            {
                json = json[2..];
                continue;
            }
            if (!char.IsHighSurrogate(unit) || CodeUnit(json[EscapeLength..]) is not { } low || !char.IsLowSurrogate(low))
                return false;
            json = json[(2 * EscapeLength)..];
        }
        return true;
    }

    /// <summary>Has it no more than so many values, keys and ends? Of what is no JSON the beginning counts.</summary>
    public static bool HasAtMost(ReadOnlySpan<byte> json, int most)
    {
        // Each stands behind one of these, or ends what one of these began: few texts must be looked at twice.
        if (json.Count((byte)',') + json.Count((byte)':') + json.Count((byte)'{') + json.Count((byte)'[') < most / 2)
            return true;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = AdmissionReviewReader.MaxDepth });
        try
        {
            int values = 0;
            while (reader.Read())
            {
                if (++values > most)
                    return false;
            }
        }
        catch (JsonException)
        {
            // Whoever reads it says so.
        }
        return true;
    }

    // The code unit of \uXXXX; null for anything else.
    private static char? CodeUnit(ReadOnlySpan<byte> text) =>
        text.Length >= EscapeLength && text[0] == '\\' && text[1] == 'u' && ushort.TryParse(text[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort unit)
            ? (char)unit : null;
}
