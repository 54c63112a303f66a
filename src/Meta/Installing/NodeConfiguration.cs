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
    /// <summary>Does somebody else than the runtime's folder say which is the cluster's network?</summary>
    /// <exception cref="CniException">The settings cannot be read.</exception>
    public static bool HasOwnNetwork(InstallRequest request) =>
        request.ConfigFile is not null || (Settings(request) is { Exists: true } settings && (settings.Has("clusterNetwork") || settings.Has("delegates")));

    /// <summary>Makes the list: of the file that was named, or around the cluster's network.</summary>
    /// <param name="request">What is to be installed.</param>
    /// <param name="primary">The cluster's network; null where <see cref="HasOwnNetwork"/>.</param>
    /// <exception cref="CniException">There is nothing to make it of, or it would not work.</exception>
    public static byte[] Make(InstallRequest request, PrimaryNetwork? primary)
    {
        var config = request.ConfigFile is { } file ? ConfigurationFile.Load(file) : Around(primary, request);
        if (Settings(request) is { Exists: true } settings)
            config = ConfigurationFile.With(config, settings);
        foreach (var (key, value) in Options(request))
            config = ConfigurationFile.With(config, (key, value));
        // What the runtime will hand over must be readable: a mistake shows now, not at the first pod.
        var read = ConfigurationFile.Read(config, request.ConfigFile ?? "the configuration");
        return List(config, read, Capabilities(read, request.Host));
    }

    private static JsonFields Settings(InstallRequest request)
    {
        if (request.SettingsFile is not { } file)
            return default;
        var settings = JsonFields.Parse(ConfigurationFile.ReadBytes(file), file);
        foreach (string key in (ReadOnlySpan<string>)["type", "plugins", "name", "prevResult", "runtimeConfig"])
        {
            if (settings.Has(key))
                throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{file}: \"{key}\" cannot be set", "allowed are the keys of docs/configuration.md");
        }
        return settings;
    }

    private static List<(string Key, string Value)> Options(InstallRequest request)
    {
        var options = new List<(string, string)>();
        Add("manifestDir", request.ManifestDir);
        Add("kubeconfig", request.ServiceAccount is null ? request.Kubeconfig : NodeCredentials.KubeconfigOf(request));
        Add("daemonSocket", request.DaemonSocket);
        Add("kubeletDir", request.KubeletDir);
        Add("cniVersion", request.CniVersion);
        return options;

        void Add(string key, string? value)
        {
            if (value is not null)
                options.Add((key, value));
        }
    }

    private static ReadOnlyMemory<byte> Around(PrimaryNetwork? primary, InstallRequest request) => Json(json =>
    {
        json.WriteStartObject();
        // The runtime has shown that it can do with the primary's version.
        json.WriteString("cniVersion", primary?.CniVersion ?? CniVersion.OrDefault(""));
        json.WriteString("name", "multinet");
        json.WriteString("type", "multinet");
        foreach (var (key, value) in primary?.Keys ?? [])
        {
            json.WritePropertyName(key);
            json.WriteRawValue(value.Span, skipInputValidation: true);
        }
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
    private static List<string> Capabilities(MetaConfig config, HostRoot host)
    {
        var capabilities = new List<string>();
        foreach (var plugin in ClusterNetwork(config, host)?.Plugins ?? [])
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
    private static NetworkConfigList? ClusterNetwork(MetaConfig config, HostRoot host)
    {
        if (config.ClusterNetwork.Contains('/') && File.Exists(host.Here(config.ClusterNetwork)))
            return NetworkConfigList.Load(host.Here(config.ClusterNetwork));
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
