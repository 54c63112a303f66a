using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Meta.CommandLine.Configuration;
using MultiNet.Meta.Configuration;

namespace MultiNet.Meta.Installing;

/// <summary>Makes the configuration list that the runtime will read.</summary>
internal static class NodeConfiguration
{
    /// <summary>Makes the list: of the file that was named, or around the cluster network that is there.</summary>
    /// <param name="request">What is to be installed.</param>
    /// <param name="progress">Told what was found.</param>
    /// <exception cref="CniException">There is nothing to make it of, or it would not work.</exception>
    public static byte[] Make(InstallRequest request, Action<string> progress)
    {
        ReadOnlyMemory<byte> config;
        if (request.ConfigFile is { } file)
        {
            config = ConfigurationFile.Load(file);
            progress($"configuration of {file}");
        }
        else
        {
            var primary = PrimaryConfiguration.Find(request.ConfDir, progress);
            progress($"cluster network: {primary.Name} of {primary.File}");
            config = InFrontOf(primary, request);
        }
        if (request.ManifestDir is { } manifestDir)
            config = ConfigurationFile.With(config, ("manifestDir", manifestDir));
        if (request.CniVersion is { } version)
            config = ConfigurationFile.With(config, ("cniVersion", version));
        // What the runtime will hand over must be readable: a mistake shows now, not at the first pod.
        var read = ConfigurationFile.Read(config, request.ConfigFile ?? "the configuration");
        return List(config, read, Capabilities(read));
    }

    private static ReadOnlyMemory<byte> InFrontOf(NetworkConfigList primary, InstallRequest request) => Json(json =>
    {
        json.WriteStartObject();
        // The runtime has shown that it can do with the primary's version.
        json.WriteString("cniVersion", primary.CniVersion);
        json.WriteString("name", "multinet");
        json.WriteString("type", "multinet");
        json.WriteString("clusterNetwork", primary.File);
        json.WriteString("binDir", request.BinDir);
        json.WriteEndObject();
    });

    private static byte[] List(ReadOnlyMemory<byte> config, MetaConfig read, IReadOnlyList<string> capabilities)
    {
        var element = JsonFields.ParseElement(config, "configuration");
        return Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("cniVersion", read.CniVersion);
            json.WriteString("name", read.Name.Length > 0 ? read.Name : "multinet");
            json.WriteStartArray("plugins");
            json.WriteStartObject();
            bool hasCapabilities = false;
            foreach (var property in element.EnumerateObject())
            {
                // These two stand above, and the type is what the links are named after.
                if (property.Name.ToLowerInvariant() is "cniversion" or "name" or "type")
                    continue;
                hasCapabilities |= property.Name.Equals("capabilities", StringComparison.OrdinalIgnoreCase);
                json.WritePropertyName(property.Name);
                json.WriteRawValue(JsonMarshal.GetRawUtf8Value(property.Value), skipInputValidation: true);
            }
            json.WriteString("type", InstallPaths.Program);
            if (!hasCapabilities && capabilities.Count > 0)
            {
                json.WriteStartObject("capabilities");
                foreach (string capability in capabilities)
                    json.WriteBoolean(capability, true);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }).ToArray();
    }

    // The runtime passes runtimeConfig only for what the configuration that it reads declares: all that the cluster network's plugins do.
    private static List<string> Capabilities(MetaConfig config)
    {
        var capabilities = new List<string>();
        foreach (var plugin in ClusterNetwork(config)?.Plugins ?? [])
        {
            foreach (string capability in plugin.Capabilities)
            {
                if (!capabilities.Contains(capability))
                    capabilities.Add(capability);
            }
        }
        capabilities.Sort(StringComparer.Ordinal);
        return capabilities;
    }

    // A network that is named, not given, may come to be only later.
    private static NetworkConfigList? ClusterNetwork(MetaConfig config)
    {
        if (config.ClusterNetwork.Contains('/') && File.Exists(config.ClusterNetwork))
            return NetworkConfigList.Load(config.ClusterNetwork);
        return config.ClusterNetwork.Length == 0 && config.Delegates.Count > 0
            ? NetworkConfigList.Parse(config.Delegates[0], "delegates[0]", "multinet")
            : null;
    }

    private static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(json);
        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }
}
