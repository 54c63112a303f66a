using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Networks;

/// <summary>
/// Reads configurations in which a slip must not leave something half configured: a key that is not known is refused, so is a word that is not
/// one of those allowed. Every refusal is a <see cref="CniException"/> of code 7 that says where, what was found and what is allowed.
/// </summary>
public static class StrictKeys
{
    /// <summary>Refuses keys that are not known. Letter case does not count, as everywhere in CNI.</summary>
    public static void RefuseUnknown(JsonFields fields, params string[] known)
    {
        foreach (var (key, _) in fields.Members())
        {
            if (known.Contains(key, StringComparer.OrdinalIgnoreCase))
                continue;
            string hint = EditDistance.Nearest(key, known) is { } nearest ? $"; did you mean {nearest}?" : "";
            throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{fields.Path}: unknown key \"{key}\"{hint}", $"known are {string.Join(", ", known)}");
        }
    }

    /// <summary>One of several words.</summary>
    public static T Word<T>(JsonFields fields, string key, T fallback, params ReadOnlySpan<(string Word, T Value)> words)
    {
        string text = fields.String(key);
        if (text.Length == 0)
            return fallback;
        var allowed = new List<string>(words.Length);
        foreach (var (word, value) in words)
        {
            if (word == text)
                return value;
            allowed.Add(word);
        }
        throw Invalid(fields.PathOf(key), text, "not known", $"allowed: {string.Join(", ", allowed)}");
    }

    /// <summary>An error about a value.</summary>
    public static CniException Invalid(string where, string value, string what, string expected) =>
        new(CniErrorCode.InvalidNetworkConfig, $"{where}: \"{(value.Length > 256 ? value[..256] + "..." : value)}\" is {what}", expected);
}
