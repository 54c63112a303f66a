using MultiNet.Cni;

namespace MultiNet.Delegates;

/// <summary>
/// <c>CNI_ARGS</c> as the reference reads it (its LoadArgs): pairs <c>K=V</c> between semicolons, keys case-sensitive; a key that the
/// plugin does not know is an error unless <c>IgnoreUnknown</c> is true.
/// </summary>
internal static class CniArgs
{
    /// <summary>Reads the values of the keys that a plugin knows.</summary>
    /// <param name="args">The variable as given; empty is fine.</param>
    /// <param name="known">The plugin's keys.</param>
    /// <returns>A value per known key, null where it is not given. The last of several wins.</returns>
    /// <exception cref="CniException">Code 4: a pair without exactly one equals sign, an unknown key, or a bad <c>IgnoreUnknown</c>.</exception>
    public static string?[] Read(string args, params ReadOnlySpan<string> known)
    {
        var values = new string?[known.Length];
        if (args.Length == 0)
            return values;
        bool ignoreUnknown = false;
        List<string>? unknown = null;
        foreach (string pair in args.Split(';'))
        {
            int equals = pair.IndexOf('=');
            if (equals < 0 || pair.IndexOf('=', equals + 1) >= 0)
                throw Invalid($"ARGS: invalid pair \"{pair}\"", "CNI_ARGS holds pairs KEY=VALUE, separated by semicolons, with one equals sign each.");
            string key = pair[..equals], value = pair[(equals + 1)..];
            int index = known.IndexOf(key);
            if (index >= 0)
                values[index] = value;
            else if (key == "IgnoreUnknown")
                ignoreUnknown = ReadBool(value);
            else
                (unknown ??= []).Add(pair);
        }
        if (unknown is not null && !ignoreUnknown)
        {
            throw Invalid(
                $"ARGS: unknown args [\"{string.Join("\" \"", unknown)}\"]",
                $"Known are: {string.Join(", ", known)}, IgnoreUnknown. IgnoreUnknown=1 passes over the others.");
        }
        return values;
    }

    private static bool ReadBool(string value) => value.ToLowerInvariant() switch
    {
        "1" or "true" => true,
        "0" or "false" => false,
        _ => throw Invalid($"ARGS: error parsing value of pair \"IgnoreUnknown={value}\": boolean unmarshal error: invalid input {value}", "Allowed are 1, true, 0, false."),
    };

    private static CniException Invalid(string message, string details) =>
        new(CniErrorCode.InvalidEnvironmentVariables, message, details);
}
