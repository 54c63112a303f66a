using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MultiNet.Cni.Json;

public readonly partial struct JsonFields
{
    /// <summary>A string; <paramref name="fallback"/> where the key is absent.</summary>
    /// <exception cref="CniException">Code 6: another type, or text that is not valid Unicode.</exception>
    public string String(string key, string fallback = "") =>
        TryGet(key, out var value) ? AsString(value, PathOf(key)) : fallback;

    /// <summary>A boolean; the string <c>"true"</c> is none, as in Go.</summary>
    /// <exception cref="CniException">Code 6: another type.</exception>
    public bool Bool(string key, bool fallback = false) => NullableBool(key) ?? fallback;

    /// <summary>A boolean, or null where the key is absent.</summary>
    /// <exception cref="CniException">Code 6: another type.</exception>
    public bool? NullableBool(string key)
    {
        if (!TryGet(key, out var value))
            return null;
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Mismatch(PathOf(key), "a boolean", value),
        };
    }

    /// <summary>An integer without fraction or exponent; <paramref name="fallback"/> where the key is absent.</summary>
    /// <exception cref="CniException">Code 6: another type, a fraction, or out of range.</exception>
    public int Int(string key, int fallback = 0) => NullableInt(key) ?? fallback;

    /// <summary>An integer, or null where the key is absent.</summary>
    /// <exception cref="CniException">Code 6: another type, a fraction, or out of range.</exception>
    public int? NullableInt(string key)
    {
        if (!TryGet(key, out var value))
            return null;
        return value.ValueKind == JsonValueKind.Number && IsInteger(value) && value.TryGetInt32(out int number)
            ? number
            : throw Mismatch(PathOf(key), "a whole number from -2147483648 to 2147483647", value);
    }

    /// <summary>An unsigned 64-bit integer, or null where the key is absent.</summary>
    /// <exception cref="CniException">Code 6: another type, a fraction, or out of range.</exception>
    public ulong? NullableULong(string key)
    {
        if (!TryGet(key, out var value))
            return null;
        return value.ValueKind == JsonValueKind.Number && IsInteger(value) && value.TryGetUInt64(out ulong number)
            ? number
            : throw Mismatch(PathOf(key), "a whole number from 0 to 18446744073709551615", value);
    }

    /// <summary>An address; null where the key is absent or the text empty (Go's net.IP).</summary>
    /// <exception cref="CniException">Code 6: another type, or no address.</exception>
    public IPAddress? Address(string key)
    {
        string text = String(key);
        if (text.Length == 0)
            return null;
        return IPText.TryParse(text, out var address)
            ? address
            : throw new CniException(CniErrorCode.DecodingFailure, $"{PathOf(key)}: invalid IP address: {text}");
    }

    /// <summary>An address in CIDR notation, host bits kept (Go's types.IPNet); null where the key is absent.</summary>
    /// <exception cref="CniException">Code 6: another type, or not in CIDR notation.</exception>
    public IPPrefix? Prefix(string key)
    {
        if (!TryGet(key, out var value))
            return null;
        string text = AsString(value, PathOf(key));
        return IPPrefix.TryParse(text, out var prefix)
            ? prefix
            : throw new CniException(CniErrorCode.DecodingFailure, $"{PathOf(key)}: invalid CIDR address: {text}");
    }

    /// <summary>An element as a string; <c>null</c> is empty.</summary>
    /// <exception cref="CniException">Code 6: another type, or text that is not valid Unicode.</exception>
    public static string AsString(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return "";
        if (value.ValueKind != JsonValueKind.String)
            throw Mismatch(path, "a string", value);
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new CniException(CniErrorCode.DecodingFailure, $"{path}: the string is not valid Unicode", "", e);
        }
    }

    /// <summary>The error for a value of the wrong type.</summary>
    public static CniException Mismatch(string path, string expected, JsonElement found) =>
        new(CniErrorCode.DecodingFailure, $"{path}: expected {expected}, found {Describe(found)}");

    private static bool IsInteger(JsonElement value) => JsonMarshal.GetRawUtf8Value(value).IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0;

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "the string " + Shown(value),
        JsonValueKind.Number => "the number " + Shown(value),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    // The bytes, not GetRawText: text that is not valid UTF-8 must be shown, not thrown at.
    private static string Shown(JsonElement value) => Shortened.Bytes(JsonMarshal.GetRawUtf8Value(value), 80);
}
