using System.Buffers;
using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Hosting.Configuration;

namespace MultiNet.Webhook.Configuration;

/// <summary>
/// The configuration's file, and further ones beside it: <c>webhook-*.json</c> beside <c>webhook.json</c>. A key of a further file replaces the same key of
/// those before it, as a whole; in the order of their names. So parts of a deployment can each add a file to one ConfigMap.
/// </summary>
internal static class WebhookConfigFiles
{
    // Nobody has so many parts; a folder that was meant for something else might.
    private const int MostFurther = 32;

    /// <summary>Reads the files.</summary>
    /// <param name="path">The first one.</param>
    /// <param name="read">Reads the text of all, and what errors are to call it.</param>
    /// <exception cref="CniException">As <see cref="ConfigValues.Load"/>; code 6: a file is no JSON object; code 7: too many files.</exception>
    public static T Load<T>(string path, Func<ReadOnlyMemory<byte>, string, T> read)
    {
        string[] further = Further(path);
        return further.Length == 0
            ? ConfigValues.Load(path, read)
            : read(Merged([path, .. further]), $"{path} with {string.Join(", ", further.Select(Path.GetFileName))}");
    }

    private static string[] Further(string path)
    {
        try
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            string[] found = Directory.Exists(folder)
                ? Directory.GetFiles(folder, $"{Path.GetFileNameWithoutExtension(path)}-*{Path.GetExtension(path)}") : [];
            if (found.Length > MostFurther)
                throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{path}: {found.Length} files beside it belong to it; at most {MostFurther} are read");
            Array.Sort(found, StringComparer.Ordinal);
            return found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"{path}: what is beside it cannot be listed: {e.Message}", "", e);
        }
    }

    private static ReadOnlyMemory<byte> Merged(string[] paths)
    {
        // By Go's rule, of two keys that differ in their letters' case only the last one counts.
        var values = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        foreach (string path in paths)
        {
            foreach (var member in ConfigValues.Load(path, static (json, origin) => JsonFields.Parse(json, origin)).Element.EnumerateObject())
                values[member.Name] = member.Value;
        }
        var merged = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(merged))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in values)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        return merged.WrittenMemory;
    }
}
