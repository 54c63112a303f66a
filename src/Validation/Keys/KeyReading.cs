using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>
/// Reads keys of an object for rules: only what has the right type. A wrong type is told by <see cref="KeyRules"/>, once, and says nothing
/// about values.
/// </summary>
internal static class KeyReading
{
    /// <summary>Is the key there with a value other than <c>null</c>?</summary>
    public static bool Has(this LocatedValue value, string key) => value.AnyCase(key) is not null;

    /// <summary>A string, also an empty one.</summary>
    public static bool TryText(this LocatedValue value, string key, [NotNullWhen(true)] out LocatedValue? at, out string text)
    {
        at = value.AnyCase(key);
        text = at?.Text ?? "";
        return at is { Kind: JsonValueKind.String, Text: not null };
    }

    /// <summary>A string that is not empty.</summary>
    public static bool TryFilled(this LocatedValue value, string key, [NotNullWhen(true)] out LocatedValue? at, out string text) =>
        value.TryText(key, out at, out text) && text.Length > 0;

    /// <summary>A string; empty where there is none.</summary>
    public static string TextOf(this LocatedValue value, string key) => value.AnyCase(key)?.Text ?? "";

    /// <summary>A whole number of 64 bits.</summary>
    public static bool TryWhole(this LocatedValue value, string key, [NotNullWhen(true)] out LocatedValue? at, out long number)
    {
        at = value.AnyCase(key);
        number = 0;
        return at is not null && at.TryGetLong(out number);
    }

    /// <summary>A whole number of 64 bits without sign.</summary>
    public static bool TryCount(this LocatedValue value, string key, [NotNullWhen(true)] out LocatedValue? at, out ulong number)
    {
        at = value.AnyCase(key);
        number = 0;
        return at is { Kind: JsonValueKind.Number } && ulong.TryParse(at.Raw.Span, System.Globalization.NumberStyles.None, null, out number);
    }

    /// <summary>Is the key <c>true</c>?</summary>
    public static bool IsTrue(this LocatedValue value, string key) => value.AnyCase(key) is { Kind: JsonValueKind.True };

    /// <summary>The object under the key, or null.</summary>
    public static LocatedValue? ObjectOf(this LocatedValue value, string key) => value.AnyCase(key) is { Kind: JsonValueKind.Object } found ? found : null;

    /// <summary>The elements of the array under the key.</summary>
    public static IReadOnlyList<LocatedValue> ItemsOf(this LocatedValue value, string key) =>
        value.AnyCase(key) is { Kind: JsonValueKind.Array } found ? found.Children : [];

    /// <summary>The array's elements that are objects.</summary>
    public static IEnumerable<LocatedValue> ObjectsOf(this LocatedValue value, string key)
    {
        foreach (var item in value.ItemsOf(key))
        {
            if (item.Kind == JsonValueKind.Object)
                yield return item;
        }
    }
}
