using System.Text.Json;
using MultiNet.Cni.Json;

namespace MultiNet.Cni;

/// <summary>One plugin's configuration object, its text kept byte for byte (CNI specification 1.1, section 1 "Plugin configuration objects").</summary>
public sealed class PluginConfig
{
    private PluginConfig(string type, string? name, ReadOnlyMemory<byte> bytes, JsonFields fields, IReadOnlyList<string> capabilities)
    {
        Type = type;
        Name = name;
        Bytes = bytes;
        Fields = fields;
        Capabilities = capabilities;
    }

    /// <summary>The plugin's type: the name of its executable, without path separators.</summary>
    public string Type { get; }

    /// <summary>The object's own <c>name</c>, or null. In a list it is overwritten by the list's.</summary>
    public string? Name { get; }

    /// <summary>The object as the user wrote it.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The object, decoded.</summary>
    public JsonFields Fields { get; }

    /// <summary>The capabilities that it declares with <c>true</c>.</summary>
    public IReadOnlyList<string> Capabilities { get; }

    /// <summary>Does it declare a capability?</summary>
    public bool Declares(string capability)
    {
        foreach (string declared in Capabilities)
        {
            if (declared == capability)
                return true;
        }
        return false;
    }

    /// <summary>Reads an object.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="what">What it is, for errors.</param>
    /// <exception cref="CniException">Code 6: not JSON, or a key of another type. Code 7: no type, or an invalid one.</exception>
    public static PluginConfig Parse(ReadOnlyMemory<byte> bytes, string what) => FromElement(JsonFields.ParseElement(bytes, what), bytes, what);

    internal static PluginConfig FromElement(JsonElement element, ReadOnlyMemory<byte> bytes, string what)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw JsonFields.Mismatch(what, "an object", element);
        var fields = JsonFields.From(element, what);
        string type = fields.String("type");
        if (type.Length == 0)
            throw new CniException(CniErrorCode.InvalidNetworkConfig, "error parsing configuration: missing 'type'", what);
        PluginType.Validate(type, what);
        string name = fields.String("name");
        return new PluginConfig(type, name.Length == 0 ? null : name, bytes, fields, ReadCapabilities(fields));
    }

    /// <summary>The same object with top-level keys set, everything else byte for byte as it was.</summary>
    /// <param name="values">The keys with their values as JSON text.</param>
    /// <exception cref="CniException">As <see cref="Parse"/>.</exception>
    public PluginConfig With(params ReadOnlySpan<KeyValuePair<string, ReadOnlyMemory<byte>>> values) =>
        Parse(JsonSplice.Set(Bytes.Span, values, Fields.Path), Fields.Path);

    /// <summary>The configuration as the plugin gets it: <c>name</c> and <c>cniVersion</c> of the network, and the keys given.</summary>
    internal byte[] Build(string networkName, string cniVersion, ReadOnlySpan<KeyValuePair<string, ReadOnlyMemory<byte>>> more)
    {
        var values = new KeyValuePair<string, ReadOnlyMemory<byte>>[2 + more.Length];
        values[0] = new("name", JsonSplice.Quote(networkName));
        values[1] = new("cniVersion", JsonSplice.Quote(cniVersion));
        more.CopyTo(values.AsSpan(2));
        return JsonSplice.Set(Bytes.Span, values, Fields.Path);
    }

    private static List<string> ReadCapabilities(JsonFields fields)
    {
        var declared = new List<string>();
        var capabilities = fields.Object("capabilities");
        foreach (var (name, value) in capabilities.Members())
        {
            // Names of capabilities are data, not keys: their case matters. Of duplicates the last counts.
            declared.Remove(name);
            if (value.ValueKind == JsonValueKind.True)
                declared.Add(name);
            else if (value.ValueKind is not (JsonValueKind.False or JsonValueKind.Null))
                throw JsonFields.Mismatch(capabilities.PathOf(Shortened.Text(name, 64)), "true or false", value);
        }
        return declared;
    }
}
