using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Sources.Manifests;

namespace MultiNet.Meta.CommandLine.Configuration;

/// <summary>
/// Configurations as people have them in files, made into what the runtime would hand to the plugin: the configuration of type
/// <c>multinet</c> alone or out of a list, or the cluster network's own file, to which one is put in front.
/// </summary>
internal static class ConfigurationFile
{
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Reads a file.</summary>
    /// <exception cref="CniException">Code 5: it cannot be read. Code 6: no JSON. Code 7: no network configuration.</exception>
    public static ReadOnlyMemory<byte> Load(string path)
    {
        path = Path.GetFullPath(path);
        var fields = JsonFields.Parse(ReadBytes(path), path);
        if (fields.Has("plugins"))
            return FromList(path, fields);
        string type = fields.String("type");
        if (type.Length == 0)
            throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{path}: neither \"type\" nor \"plugins\": this is no network configuration");
        return IsOurs(type) ? Bytes(fields.Element) : InFrontOf(path, fields.String("cniVersion"));
    }

    /// <summary>The configuration in a folder of manifests: its first file of type <c>multinet</c>, in the order of the names; null where there is none.</summary>
    public static string? FindIn(string folder)
    {
        if (!Directory.Exists(folder))
            return null;
        string[] files = Directory.GetFiles(folder);
        Array.Sort(files, StringComparer.Ordinal);
        foreach (string file in files)
        {
            if ((file.EndsWith(".conf", StringComparison.Ordinal) || file.EndsWith(".conflist", StringComparison.Ordinal)) && IsOurs(file, out _))
                return file;
        }
        return null;
    }

    /// <summary>Is the file a configuration of ours or of Multus, for which this program stands in? A file that cannot be read is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">Why it cannot be read, or null.</param>
    public static bool IsOurs(string path, out CniException? problem)
    {
        problem = null;
        try
        {
            var fields = JsonFields.Parse(ReadBytes(path), path);
            if (IsOurs(fields.String("type")))
                return true;
            foreach (var plugin in fields.Objects("plugins"))
            {
                if (IsOurs(plugin.String("type")))
                    return true;
            }
        }
        catch (CniException e)
        {
            problem = e;
        }
        return false;
    }

    /// <summary>The configuration with some keys replaced or added; all others stay byte for byte.</summary>
    public static ReadOnlyMemory<byte> With(ReadOnlyMemory<byte> config, params (string Key, string Value)[] values)
    {
        var element = JsonFields.ParseElement(config, "configuration");
        return Object(writer =>
        {
            foreach (var property in element.EnumerateObject())
            {
                if (!Array.Exists(values, v => string.Equals(v.Key, property.Name, StringComparison.OrdinalIgnoreCase)))
                    WriteRaw(writer, property);
            }
            foreach (var (key, value) in values)
                writer.WriteString(key, value);
        });
    }

    /// <summary>The configuration with the keys of an object, which replace its own; all others stay byte for byte.</summary>
    public static ReadOnlyMemory<byte> With(ReadOnlyMemory<byte> config, JsonFields values)
    {
        var element = JsonFields.ParseElement(config, "configuration");
        return Object(writer =>
        {
            foreach (var property in element.EnumerateObject())
            {
                if (!values.Has(property.Name))
                    WriteRaw(writer, property);
            }
            foreach (var property in values.Element.EnumerateObject())
                WriteRaw(writer, property);
        });
    }

    /// <summary>Reads a configuration for the command line: where a relative path was meant, nobody would know to which folder.</summary>
    /// <exception cref="CniException">The configuration is invalid; the message names the file.</exception>
    public static MetaConfig Read(ReadOnlyMemory<byte> config, string origin)
    {
        try
        {
            return MetaConfigReader.Read(config);
        }
        catch (CniException e)
        {
            throw e.Prefixed($"{origin}: ");
        }
    }

    private static ReadOnlyMemory<byte> FromList(string path, JsonFields list)
    {
        foreach (var plugin in list.Objects("plugins"))
        {
            if (!IsOurs(plugin.String("type")))
                continue;
            // What a runtime does with a list: name and version of the list are the plugin's.
            return With(Bytes(plugin.Element), ("cniVersion", CniVersion.OrDefault(list.String("cniVersion"))), ("name", list.String("name")));
        }
        return InFrontOf(path, list.String("cniVersion"));
    }

    private static ReadOnlyMemory<byte> InFrontOf(string path, string version) => Object(writer =>
    {
        writer.WriteString("cniVersion", CniVersion.OrDefault(version));
        writer.WriteString("name", "multinet");
        writer.WriteString("type", "multinet");
        writer.WriteString("clusterNetwork", path);
    });

    private static bool IsOurs(string type) => type is "multinet" or "multus" or "multus-shim";

    private static ReadOnlyMemory<byte> Bytes(JsonElement element) => JsonMarshal.GetRawUtf8Value(element).ToArray();

    private static ReadOnlyMemory<byte> Object(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    private static void WriteRaw(Utf8JsonWriter writer, JsonProperty property)
    {
        writer.WritePropertyName(property.Name);
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(property.Value), skipInputValidation: true);
    }

    /// <summary>A file's text.</summary>
    /// <exception cref="CniException">Code 5: it cannot be read. Code 6: it is too large.</exception>
    public static byte[] ReadBytes(string path)
    {
        try
        {
            return InputFile.Read(path, MaxBytes)
                ?? throw new CniException(CniErrorCode.DecodingFailure, $"{path}: larger than {MaxBytes / 1024 / 1024} MiB: this is no network configuration");
        }
        catch (FileNotFoundException e)
        {
            throw new CniException(CniErrorCode.IOFailure, $"{path}: no such file", "", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"{path}: {e.Message}", "", e);
        }
    }
}
