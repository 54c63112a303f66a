using System.Text.Json;
using MultiNet.Cni.Json;

namespace MultiNet.Cni;

/// <summary>A network configuration: the chain of plugins to run (CNI specification 1.1, section 1). A single plugin's configuration is read as a chain of one.</summary>
public sealed partial class NetworkConfigList
{
    private NetworkConfigList()
    {
    }

    /// <summary>The network's name. Its characters are judged when it is used for an ADD, as in the reference.</summary>
    public required string Name { get; init; }

    /// <summary>The version in which the plugins are called: the newest that is spoken here among <c>cniVersion</c> and <c>cniVersions</c>; 0.1.0 where none is named.</summary>
    public required string CniVersion { get; init; }

    /// <summary>CHECK must not be called.</summary>
    public required bool DisableCheck { get; init; }

    /// <summary>GC must not be called.</summary>
    public required bool DisableGc { get; init; }

    /// <summary>Plugins from the folder beside the file are not to be added.</summary>
    public required bool LoadOnlyInlinedPlugins { get; init; }

    /// <summary>The plugins, in the order of ADD. At least one.</summary>
    public required IReadOnlyList<PluginConfig> Plugins { get; init; }

    /// <summary>The configuration as the user wrote it.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Does the text hold a chain, not a single plugin?</summary>
    public required bool IsList { get; init; }

    /// <summary>The top level, decoded: the list's, or the single plugin's.</summary>
    public required JsonFields Fields { get; init; }

    /// <summary>The file from which it was loaded, or null.</summary>
    public string? File { get; init; }

    /// <summary>Reads a configuration, in either form. Plugins are never loaded from a folder here.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="what">What it is, for errors: <c>network configuration</c>, a file, an attachment definition.</param>
    /// <param name="name">The name where the configuration has none; null to demand one.</param>
    /// <param name="defaultVersion">The version where the configuration names none; null for the specification's 0.1.0.</param>
    /// <exception cref="CniException">Code 6: not JSON, or a key of another type. Code 7: no name, no plugins, a plugin without type.</exception>
    public static NetworkConfigList Parse(ReadOnlyMemory<byte> bytes, string what, string? name = null, string? defaultVersion = null) =>
        Parse(bytes, what, name, defaultVersion, file: null);

    /// <summary>The same network with every plugin's configuration changed, as with <see cref="PluginConfig.With"/>; all other text stays as it is.</summary>
    public NetworkConfigList WithPlugins(Func<PluginConfig, PluginConfig> change)
    {
        var plugins = new List<PluginConfig>(Plugins.Count);
        foreach (var plugin in Plugins)
            plugins.Add(change(plugin));
        byte[] bytes;
        if (IsList)
        {
            var array = new GoJsonWriter(indented: false);
            array.BeginArray();
            foreach (var plugin in plugins)
                array.Raw(plugin.Bytes.Span);
            array.EndArray();
            // The plugins that came from a folder are among them now, so they must not be loaded a second time.
            bytes = File is null
                ? JsonSplice.Set(Bytes.Span, [new("plugins", array.Written.ToArray())], Fields.Path)
                : JsonSplice.Set(Bytes.Span, [new("loadOnlyInlinedPlugins", "true"u8.ToArray()), new("plugins", array.Written.ToArray())], Fields.Path);
        }
        else
        {
            bytes = plugins[0].Bytes.ToArray();
        }
        return new NetworkConfigList
        {
            Name = Name,
            CniVersion = CniVersion,
            DisableCheck = DisableCheck,
            DisableGc = DisableGc,
            LoadOnlyInlinedPlugins = LoadOnlyInlinedPlugins || File is not null,
            Plugins = plugins,
            Bytes = bytes,
            IsList = IsList,
            Fields = JsonFields.Parse(bytes, Fields.Path),
        };
    }

    /// <summary>
    /// The network with all its plugins and its name in one text, so that it can be stored and read again by
    /// <see cref="Parse(ReadOnlyMemory{byte}, string, string?, string?)"/>: plugins from a folder included.
    /// </summary>
    public NetworkConfigList Inlined() => File is null && Fields.String("name") == Name
        ? this
        : WithPlugins(static plugin => plugin).WithName(Name);

    private NetworkConfigList WithName(string name) => Parse(JsonSplice.Set(Bytes.Span, [new("name", JsonSplice.Quote(name))], Fields.Path), Fields.Path, name, CniVersion);

    private static NetworkConfigList Parse(ReadOnlyMemory<byte> bytes, string what, string? fallbackName, string? defaultVersion, string? file)
    {
        JsonFields fields;
        try
        {
            fields = JsonFields.Parse(bytes, what);
        }
        catch (CniException e)
        {
            throw e.Prefixed("error parsing configuration list: ");
        }
        // A list may have no "plugins" of its own where a folder beside its file holds them; a plugin has a type.
        bool isList = fields.Has("plugins") || (fields.String("type").Length == 0 && (file is not null || fields.Has("loadOnlyInlinedPlugins")));
        string name = NameOf(fields, fallbackName, what);
        bool onlyInlined = isList && BoolOrText(fields, "loadOnlyInlinedPlugins");
        var plugins = isList ? InlinedPlugins(fields, what, onlyInlined) : [PluginConfig.FromElement(fields.Element, bytes, what)];
        if (isList && file is not null && !onlyInlined)
            AddFromFolder(plugins, file, name);
        if (plugins.Count == 0)
            throw new CniException(CniErrorCode.InvalidNetworkConfig, "no plugin configs found", what);
        return new NetworkConfigList
        {
            Name = name,
            CniVersion = ChooseVersion(fields, defaultVersion),
            DisableCheck = BoolOrText(fields, "disableCheck"),
            DisableGc = BoolOrText(fields, "disableGC"),
            LoadOnlyInlinedPlugins = onlyInlined,
            Plugins = plugins,
            Bytes = bytes,
            IsList = isList,
            Fields = fields,
            File = file,
        };
    }

    private static string NameOf(JsonFields fields, string? fallback, string what)
    {
        string name = fields.String("name");
        if (name.Length > 0)
            return name;
        return string.IsNullOrEmpty(fallback)
            ? throw new CniException(CniErrorCode.InvalidNetworkConfig, "error parsing configuration list: no name", $"{what}: \"name\" is missing or empty")
            : fallback;
    }

    private static List<PluginConfig> InlinedPlugins(JsonFields fields, string what, bool onlyInlined)
    {
        var plugins = new List<PluginConfig>();
        if (!fields.TryGet("plugins", out var element))
        {
            return onlyInlined
                ? throw new CniException(
                    CniErrorCode.InvalidNetworkConfig, "error parsing configuration list: `loadOnlyInlinedPlugins` is true, and no 'plugins' key", what)
                : plugins;
        }
        var elements = JsonFields.Elements(element, fields.PathOf("plugins"));
        if (elements.Count == 0)
            throw new CniException(CniErrorCode.InvalidNetworkConfig, "error parsing configuration list: no plugins in list", what);
        for (int i = 0; i < elements.Count; i++)
            plugins.Add(PluginConfig.FromElement(elements[i], RawJson.BytesOf(elements[i]), $"{fields.PathOf("plugins")}[{i}]"));
        return plugins;
    }

    // The reference takes the strings "true" and "false" in any case, too.
    private static bool BoolOrText(JsonFields fields, string key)
    {
        if (!fields.TryGet(key, out var value))
            return false;
        switch (value.ValueKind)
        {
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.String:
                string text = JsonFields.AsString(value, fields.PathOf(key));
                if (text.Equals("true", StringComparison.OrdinalIgnoreCase))
                    return true;
                if (text.Equals("false", StringComparison.OrdinalIgnoreCase))
                    return false;
                throw new CniException(
                    CniErrorCode.InvalidNetworkConfig, $"error parsing configuration list: invalid value \"{Shortened.Text(text, 64)}\" for {key}",
                    $"{fields.PathOf(key)}: allowed are true and false");
            default:
                throw JsonFields.Mismatch(fields.PathOf(key), "true or false", value);
        }
    }

    // The highest version that is spoken here; where all are too new, "cniVersion" stays and the plugins will say so.
    private static string ChooseVersion(JsonFields fields, string? defaultVersion)
    {
        string stated = fields.String("cniVersion");
        string chosen = stated;
        bool chosenIsKnown = Cni.CniVersion.IsKnown(stated);
        foreach (string candidate in fields.Strings("cniVersions"))
        {
            if (!Cni.CniVersion.TryParse(candidate, out _))
            {
                throw new CniException(
                    CniErrorCode.DecodingFailure, $"error parsing configuration list: invalid cniVersions value \"{Shortened.Text(candidate, 64)}\"",
                    $"{fields.PathOf("cniVersions")}: expected a version such as 1.0.0");
            }
            if (Cni.CniVersion.IsKnown(candidate) && (!chosenIsKnown || Cni.CniVersion.AtLeast(candidate, chosen)))
            {
                chosen = candidate;
                chosenIsKnown = true;
            }
        }
        return chosen.Length > 0 ? chosen : Cni.CniVersion.OrDefault(defaultVersion);
    }
}
