using System.Text.Json;
using MultiNet.Cni.Json;

namespace MultiNet.Cni;

// The form of an entry: libcni's cachedInfo.
public sealed partial class ResultCache
{
    private const string Kind = "cniCacheV1";

    private static byte[] Print(CachedAttachment entry)
    {
        var writer = new GoJsonWriter(indented: false);
        writer.BeginObject();
        writer.Name("kind");
        writer.String(Kind);
        writer.Name("containerId");
        writer.String(entry.ContainerId);
        writer.Name("config");
        writer.String(Convert.ToBase64String(entry.Config.Span));
        writer.Name("ifName");
        writer.String(entry.IfName);
        writer.Name("networkName");
        writer.String(entry.NetworkName);
        writer.StringUnlessEmpty("netns", entry.NetNs);
        if (entry.Args.Count > 0)
        {
            writer.Name("cniArgs");
            writer.BeginArray();
            foreach (var (key, value) in entry.Args)
            {
                writer.BeginArray();
                writer.String(key);
                writer.String(value);
                writer.EndArray();
            }
            writer.EndArray();
        }
        if (entry.CapabilityArgs.Count > 0)
        {
            writer.Name("capabilityArgs");
            writer.BeginObject();
            foreach (var (name, value) in entry.CapabilityArgs)
            {
                writer.Name(name);
                writer.Raw(value.Span);
            }
            writer.EndObject();
        }
        if (entry.Result is not null)
        {
            writer.Name("result");
            CniResultWriter.Write(writer, entry.Result, entry.Result.CniVersion);
        }
        writer.EndObject();
        return writer.Written.ToArray();
    }

    private static CachedAttachment ReadEntry(JsonFields fields, string file)
    {
        byte[] config = ReadConfig(fields);
        return new CachedAttachment
        {
            NetworkName = fields.String("networkName"),
            ContainerId = fields.String("containerId"),
            IfName = fields.String("ifName"),
            NetNs = fields.String("netns"),
            Config = config,
            Args = ReadArgs(fields),
            CapabilityArgs = ReadCapabilityArgs(fields),
            Result = ReadResult(fields, config),
            File = file,
        };
    }

    private static byte[] ReadConfig(JsonFields fields)
    {
        string text = fields.String("config");
        byte[] bytes = new byte[text.Length / 4 * 3 + 3];
        return Convert.TryFromBase64String(text, bytes, out int length) ? bytes[..length] : [];
    }

    private static List<KeyValuePair<string, string>> ReadArgs(JsonFields fields)
    {
        var args = new List<KeyValuePair<string, string>>();
        var elements = fields.Array("cniArgs");
        for (int i = 0; i < elements.Count; i++)
        {
            string path = $"{fields.PathOf("cniArgs")}[{i}]";
            var pair = JsonFields.Elements(elements[i], path);
            if (pair.Count == 2)
                args.Add(new(JsonFields.AsString(pair[0], path), JsonFields.AsString(pair[1], path)));
        }
        return args;
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> ReadCapabilityArgs(JsonFields fields)
    {
        var args = new Dictionary<string, ReadOnlyMemory<byte>>();
        var capabilities = fields.Object("capabilityArgs");
        if (!capabilities.Exists)
            return args;
        foreach (var property in capabilities.Element.EnumerateObject())
        {
            try
            {
                args[property.Name] = RawJson.BytesOf(property.Value);
            }
            catch (InvalidOperationException)
            {
                // a name that is not valid Unicode names no capability
            }
        }
        return args;
    }

    private static CniResult? ReadResult(JsonFields fields, byte[] config)
    {
        try
        {
            return fields.TryGet("result", out var element) && element.ValueKind == JsonValueKind.Object
                ? CniResultReader.Read(element, VersionOf(config), fields.PathOf("result"))
                : null;
        }
        catch (CniException)
        {
            return null;
        }
    }

    // A result that names no version is of the configuration's.
    private static string VersionOf(byte[] config)
    {
        try
        {
            return config.Length == 0 ? "" : JsonFields.Parse(config, "config").String("cniVersion");
        }
        catch (CniException)
        {
            return "";
        }
    }
}
