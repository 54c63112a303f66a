using System.Text;

namespace MultiNet.Cni;

/// <summary>
/// <c>CNI_ARGS</c>: <c>K=V;K2=V2</c> (CNI conventions; deprecated there, and still what Kubernetes runtimes use to name the pod).
/// </summary>
public sealed class CniArgs
{
    private readonly Dictionary<string, string> _values;

    private CniArgs(Dictionary<string, string> values, bool ignoreUnknown)
    {
        _values = values;
        IgnoreUnknown = ignoreUnknown;
    }

    /// <summary>Did the caller allow keys that the plugin does not know (<c>IgnoreUnknown=1</c>)?</summary>
    public bool IgnoreUnknown { get; }

    /// <summary>The value of a key, or null.</summary>
    public string? this[string key] => _values.GetValueOrDefault(key);

    /// <summary>Reads the arguments under the rules of the reference's LoadArgs: keys match exactly, a pair has one <c>=</c>, of duplicates the last counts.</summary>
    /// <param name="text">The value of <c>CNI_ARGS</c>; may be empty.</param>
    /// <param name="knownKeys">The keys that the caller knows; <c>IgnoreUnknown</c> always is one.</param>
    /// <exception cref="CniException">Code 4: a malformed pair, or unknown keys without <c>IgnoreUnknown</c>.</exception>
    public static CniArgs Parse(string text, params ReadOnlySpan<string> knownKeys)
    {
        var values = new Dictionary<string, string>();
        List<string>? unknown = null;
        bool ignoreUnknown = false;
        if (text.Length == 0)
            return new CniArgs(values, ignoreUnknown);
        foreach (string pair in text.Split(';'))
        {
            int equals = pair.IndexOf('=');
            if (equals < 0 || pair.IndexOf('=', equals + 1) >= 0)
                throw new CniException(CniErrorCode.InvalidEnvironmentVariables, $"ARGS: invalid pair \"{Shortened.Text(pair, 256)}\"", "CNI_ARGS is KEY=VALUE;KEY=VALUE");
            string key = pair[..equals];
            if (key == "IgnoreUnknown")
                ignoreUnknown = ReadBool(pair[(equals + 1)..]);
            else if (knownKeys.Contains(key))
                values[key] = pair[(equals + 1)..];
            else
                (unknown ??= []).Add(pair);
        }
        if (unknown is not null && !ignoreUnknown)
        {
            throw new CniException(
                CniErrorCode.InvalidEnvironmentVariables, $"ARGS: unknown args [\"{Shortened.Text(string.Join("\" \"", unknown), 1024)}\"]",
                $"known are {string.Join(", ", knownKeys.ToArray())}; IgnoreUnknown=1 allows others");
        }
        return new CniArgs(values, ignoreUnknown);
    }

    /// <summary>All pairs in order, without judging their keys; a value may hold <c>=</c>, a pair without one is left out.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Pairs(string text)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (string pair in text.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=');
            if (equals >= 0)
                pairs.Add(new(pair[..equals], pair[(equals + 1)..]));
        }
        return pairs;
    }

    /// <summary>The reverse of <see cref="Pairs"/>.</summary>
    public static string Format(IReadOnlyList<KeyValuePair<string, string>> args)
    {
        if (args.Count == 0)
            return "";
        var text = new StringBuilder();
        foreach (var (key, value) in args)
        {
            if (text.Length > 0)
                text.Append(';');
            text.Append(key).Append('=').Append(value);
        }
        return text.ToString();
    }

    private static bool ReadBool(string text) => text.ToLowerInvariant() switch
    {
        "1" or "true" => true,
        "0" or "false" => false,
        _ => throw new CniException(
            CniErrorCode.InvalidEnvironmentVariables, "ARGS: error parsing value of pair \"IgnoreUnknown=" + Shortened.Text(text, 64) + "\": boolean unmarshal error: invalid input " + Shortened.Text(text, 64),
            "allowed are 1, true, 0, false"),
    };
}
