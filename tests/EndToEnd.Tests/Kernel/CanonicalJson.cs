using System.Text.Json;
using System.Text.Json.Nodes;

namespace MultiNet.EndToEnd.Tests.Kernel;

/// <summary>JSON brought into one form, so that equal values are equal texts.</summary>
internal static class CanonicalJson
{
    /// <summary>The value on one line, keys in order.</summary>
    public static string Line(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject o => "{" + string.Join(", ", o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}: {Line(p.Value)}")) + "}",
        JsonArray a => "[" + string.Join(", ", a.Select(Line)) + "]",
        _ => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(),
    };

    /// <summary>A line <c>path = value</c> for each leaf, sorted.</summary>
    public static IEnumerable<string> Leaves(JsonNode? value, string path) => value switch
    {
        JsonObject { Count: > 0 } o => o.OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => Leaves(p.Value, $"{path}.{p.Key}")),
        JsonArray { Count: > 0 } a => a.SelectMany((item, i) => Leaves(item, $"{path}[{i}]")),
        _ => [$"{path} = {Line(value)}"],
    };

    /// <summary>Removes keys wherever they stand.</summary>
    public static void Drop(JsonNode? value, IReadOnlySet<string> keys)
    {
        switch (value)
        {
            case JsonObject o:
                foreach (var name in o.Select(p => p.Key).Where(keys.Contains).ToList())
                {
                    o.Remove(name);
                }

                foreach (var (_, member) in o)
                {
                    Drop(member, keys);
                }

                break;
            case JsonArray a:
                foreach (var item in a)
                {
                    Drop(item, keys);
                }

                break;
        }
    }
}
