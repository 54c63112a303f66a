using System.Text.Json;

namespace MultiNet.Cni.Json;

/// <summary>
/// A JSON object read under the rules of Go's encoding/json, which the CNI contract inherits: keys match in any case, the last of
/// several duplicates wins, unknown keys are ignored, <c>null</c> means absent, and a value of another type is an error that names its path.
/// </summary>
public readonly partial struct JsonFields
{
    /// <summary>Deeper nesting than this is refused: no configuration needs it, and it would cost stack.</summary>
    public const int MaxDepth = 64;

    private readonly JsonElement _element;

    private JsonFields(JsonElement element, string path)
    {
        _element = element;
        Path = path;
    }

    /// <summary>Where the object stands, for errors: <c>network configuration</c>, <c>network configuration: ipam.ranges[0]</c>.</summary>
    public string Path { get; }

    /// <summary>False for a default value: an absent object, in which nothing is found.</summary>
    public bool Exists => _element.ValueKind == JsonValueKind.Object;

    /// <summary>The element itself; <see cref="JsonValueKind.Undefined"/> for an absent object.</summary>
    public JsonElement Element => _element;

    /// <summary>Parses a JSON object.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="what">What it is, as errors name it: <c>network configuration</c>.</param>
    /// <param name="maxDepth">The deepest nesting; larger only for what holds such texts itself.</param>
    /// <exception cref="CniException">Code 6: not JSON, not an object, or nested too deeply.</exception>
    public static JsonFields Parse(ReadOnlyMemory<byte> utf8, string what, int maxDepth = MaxDepth)
    {
        var element = ParseElement(utf8, what, maxDepth);
        return element.ValueKind == JsonValueKind.Object
            ? new JsonFields(element, what)
            : throw Mismatch(what, "an object", element);
    }

    /// <summary>Parses any JSON value; a byte order mark before it is skipped.</summary>
    /// <exception cref="CniException">Code 6: not JSON, or nested too deeply.</exception>
    public static JsonElement ParseElement(ReadOnlyMemory<byte> utf8, string what, int maxDepth = MaxDepth)
    {
        try
        {
            // Not disposed: the pooled buffer goes back to the collector, and elements may be kept as long as is needed.
            return JsonDocument.Parse(WithoutByteOrderMark(utf8), new JsonDocumentOptions { MaxDepth = maxDepth }).RootElement;
        }
        catch (JsonException e)
        {
            throw new CniException(
                CniErrorCode.DecodingFailure, $"{what}: not valid JSON (line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1})", IsBlank(utf8) ? "there is no text" : Reason(e), e);
        }
    }

    private static bool IsBlank(ReadOnlyMemory<byte> utf8) => WithoutByteOrderMark(utf8).Span.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    /// <summary>What the parser says, without the place, which it counts from zero.</summary>
    internal static string Reason(JsonException error)
    {
        int place = error.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return Shortened.Text(place < 0 ? error.Message : error.Message.AsSpan(0, place), 160);
    }

    /// <summary>Wraps an element that is an object; <c>null</c> and undefined give an absent object.</summary>
    /// <exception cref="CniException">Code 6: another type.</exception>
    public static JsonFields From(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Object => new JsonFields(element, path),
        JsonValueKind.Null or JsonValueKind.Undefined => new JsonFields(default, path),
        _ => throw Mismatch(path, "an object", element),
    };

    /// <summary>Finds a key: any case, the last one that is not <c>null</c>.</summary>
    public bool TryGet(string key, out JsonElement value)
    {
        value = default;
        if (_element.ValueKind != JsonValueKind.Object)
            return false;
        bool found = false;
        foreach (var property in _element.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Null && NameIs(property, key))
            {
                value = property.Value;
                found = true;
            }
        }
        return found;
    }

    /// <summary>Is the key there with a value other than <c>null</c>?</summary>
    public bool Has(string key) => TryGet(key, out _);

    /// <summary>The path of a key, for errors.</summary>
    public string PathOf(string key) => Path.Contains(':') ? $"{Path}.{key}" : $"{Path}: {key}";

    /// <summary>A nested object; an absent one where the key is absent.</summary>
    /// <exception cref="CniException">Code 6: another type.</exception>
    public JsonFields Object(string key) =>
        TryGet(key, out var value) ? From(value, PathOf(key)) : new JsonFields(default, PathOf(key));

    /// <summary>The elements of an array; none where the key is absent.</summary>
    /// <exception cref="CniException">Code 6: another type.</exception>
    public IReadOnlyList<JsonElement> Array(string key) =>
        TryGet(key, out var value) ? Elements(value, PathOf(key)) : [];

    /// <summary>An array of objects. A <c>null</c> element gives an absent object.</summary>
    /// <exception cref="CniException">Code 6: another type.</exception>
    public IReadOnlyList<JsonFields> Objects(string key)
    {
        var elements = Array(key);
        var objects = new List<JsonFields>(elements.Count);
        for (int i = 0; i < elements.Count; i++)
            objects.Add(From(elements[i], $"{PathOf(key)}[{i}]"));
        return objects;
    }

    /// <summary>The members in their order, for an object whose keys are data. An absent object has none.</summary>
    /// <exception cref="CniException">Code 6: a key is not valid Unicode.</exception>
    public IReadOnlyList<KeyValuePair<string, JsonElement>> Members()
    {
        var members = new List<KeyValuePair<string, JsonElement>>();
        if (!Exists)
            return members;
        foreach (var property in _element.EnumerateObject())
        {
            try
            {
                members.Add(new(property.Name, property.Value));
            }
            catch (InvalidOperationException e)
            {
                throw new CniException(CniErrorCode.DecodingFailure, $"{Path}: a key is not valid Unicode", "an escape such as \\ud800 stands alone", e);
            }
        }
        return members;
    }

    /// <summary>An array of strings; <c>null</c> elements are empty strings, as in Go.</summary>
    /// <exception cref="CniException">Code 6: another type.</exception>
    public IReadOnlyList<string> Strings(string key)
    {
        var elements = Array(key);
        var strings = new List<string>(elements.Count);
        for (int i = 0; i < elements.Count; i++)
            strings.Add(AsString(elements[i], $"{PathOf(key)}[{i}]"));
        return strings;
    }

    /// <summary>The elements of a JSON array; <c>null</c> is an empty one.</summary>
    /// <exception cref="CniException">Code 6: another type.</exception>
    public static IReadOnlyList<JsonElement> Elements(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return [];
        if (value.ValueKind != JsonValueKind.Array)
            throw Mismatch(path, "an array", value);
        var elements = new List<JsonElement>(value.GetArrayLength());
        foreach (var element in value.EnumerateArray())
            elements.Add(element);
        return elements;
    }

    internal static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> utf8) =>
        utf8.Span.StartsWith("\ufeff"u8) ? utf8[3..] : utf8;

    private static bool NameIs(JsonProperty property, string key)
    {
        try
        {
            return property.NameEquals(key) || string.Equals(property.Name, key, StringComparison.OrdinalIgnoreCase);
        }
        catch (InvalidOperationException)
        {
            return false; // a name that is not valid text (a lone surrogate) names no field
        }
    }
}
