using System.Text.Json;

namespace MultiNet.Webhook.Mutation;

/// <summary>Looks into JSON of which nothing is certain: what is not there, or has another type, is undefined.</summary>
internal static class PodJson
{
    /// <summary>A member of an object.</summary>
    public static JsonElement At(this JsonElement value, string key) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(key, out var found) ? found : default;

    /// <summary>A string; empty for all else.</summary>
    public static string Text(this JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>The elements of an array; none of all else.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : (IEnumerable<JsonElement>)[];
}
