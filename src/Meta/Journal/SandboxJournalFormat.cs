using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Meta.Sources;

namespace MultiNet.Meta.Journal;

/// <summary>The journal's file format: one JSON object, configurations in base64 so that every byte survives.</summary>
internal static class SandboxJournalFormat
{
    public static byte[] Write(SandboxJournal journal)
    {
        using var stream = new MemoryStream(4096);
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteNumber("schemaVersion", SandboxJournal.CurrentSchemaVersion);
            writer.WriteString("network", journal.Network);
            writer.WriteString("containerId", journal.ContainerId);
            writer.WriteString("netns", journal.NetNs);
            if (journal.BootId.Length > 0)
                writer.WriteString("bootId", journal.BootId);
            if (journal.NamespaceCookie != 0)
                writer.WriteNumber("namespaceCookie", journal.NamespaceCookie);
            writer.WriteString("ifName", journal.IfName);
            if (journal.Pod is { } pod)
            {
                writer.WriteStartObject("pod");
                writer.WriteString("namespace", pod.Namespace);
                writer.WriteString("name", pod.Name);
                writer.WriteString("uid", pod.Uid);
                writer.WriteString("infraContainerId", pod.InfraContainerId);
                writer.WriteEndObject();
            }
            writer.WriteNumber("created", new DateTimeOffset(journal.Created, TimeSpan.Zero).ToUnixTimeMilliseconds());
            writer.WriteBoolean("complete", journal.Complete);
            writer.WriteBoolean("knowsSelections", journal.KnowsSelections);
            writer.WriteStartArray("path");
            foreach (string folder in journal.Path)
                writer.WriteStringValue(folder);
            writer.WriteEndArray();
            writer.WriteStartArray("attachments");
            foreach (var attachment in journal.Attachments)
                WriteAttachment(writer, attachment);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }

    /// <exception cref="CniException">Code 6: not a journal, or of a newer version.</exception>
    public static SandboxJournal Read(ReadOnlyMemory<byte> json, string path)
    {
        // It holds values of configurations, which may be as deep as a configuration.
        var fields = JsonFields.Parse(json, path, JsonFields.MaxDepth + 8);
        int version = fields.Int("schemaVersion");
        if (version is < 1 or > SandboxJournal.CurrentSchemaVersion)
        {
            throw new CniException(
                CniErrorCode.DecodingFailure, $"{path}: schema version {version} is not known",
                $"this version of multinet knows 1 to {SandboxJournal.CurrentSchemaVersion}");
        }
        var pod = fields.Object("pod");
        var attachments = new List<JournalAttachment>();
        foreach (var item in fields.Objects("attachments"))
            attachments.Add(ReadAttachment(item));
        return new SandboxJournal
        {
            Network = fields.String("network"),
            ContainerId = fields.String("containerId"),
            NetNs = fields.String("netns"),
            BootId = fields.String("bootId"),
            NamespaceCookie = fields.NullableULong("namespaceCookie") ?? 0,
            IfName = fields.String("ifName"),
            Pod = pod.Exists ? new PodReference(pod.String("namespace"), pod.String("name"), pod.String("uid"), pod.String("infraContainerId")) : null,
            Created = ReadTime(fields),
            Complete = fields.Bool("complete"),
            KnowsSelections = fields.Bool("knowsSelections"),
            Path = fields.Strings("path"),
            Attachments = attachments,
        };
    }

    private static DateTime ReadTime(JsonFields fields)
    {
        ulong milliseconds = fields.NullableULong("created") ?? 0;
        return milliseconds <= 253_402_300_799_999 ? DateTime.UnixEpoch.AddMilliseconds(milliseconds) : DateTime.UnixEpoch;
    }

    private static void WriteAttachment(Utf8JsonWriter writer, JournalAttachment attachment)
    {
        writer.WriteStartObject();
        writer.WriteString("network", attachment.DisplayName);
        writer.WriteString("interface", attachment.InterfaceName);
        writer.WriteBase64String("config", attachment.Config.Span);
        writer.WriteStartArray("args");
        foreach (var (key, value) in attachment.Args)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(key);
            writer.WriteStringValue(value);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
        writer.WriteStartObject("capabilityArgs");
        foreach (var (capability, value) in attachment.CapabilityArgs)
        {
            writer.WritePropertyName(capability);
            writer.WriteRawValue(value.Span);
        }
        writer.WriteEndObject();
        writer.WriteBoolean("inLinkGroup", attachment.InLinkGroup);
        if (attachment.DeviceInfoFile.Length > 0)
            writer.WriteString("deviceInfoFile", attachment.DeviceInfoFile);
        writer.WriteBoolean("released", attachment.Released);
        if (attachment.IsSelected)
            writer.WriteBoolean("selected", true);
        if (attachment.Asked.Length > 0)
            writer.WriteString("asked", attachment.Asked);
        if (attachment.Attaching)
            writer.WriteBoolean("attaching", true);
        if (attachment.Detaching)
            writer.WriteBoolean("detaching", true);
        writer.WriteNumber("microseconds", (long)(attachment.Milliseconds * 1000));
        writer.WriteStartArray("plugins");
        foreach (string plugin in attachment.Plugins)
            writer.WriteStringValue(plugin);
        writer.WriteEndArray();
        WriteResult(writer, "result", attachment.Result);
        WriteResult(writer, "pluginResult", attachment.PluginResult);
        if (attachment.DisplacedRoutes.Count > 0)
            WriteResult(writer, "displacedRoutes", new CniResult { Routes = attachment.DisplacedRoutes });
        writer.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter writer, string key, CniResult? result)
    {
        if (result is null)
            return;
        writer.WritePropertyName(key);
        writer.WriteRawValue(CniResultWriter.Write(result, CniVersion.Latest));
    }

    private static CniResult? ReadResult(JsonFields fields, string key) =>
        fields.TryGet(key, out var result) ? CniResultReader.Read(result, CniVersion.Latest, fields.PathOf(key)) : null;

    private static JournalAttachment ReadAttachment(JsonFields fields)
    {
        var args = new List<KeyValuePair<string, string>>();
        foreach (var pair in fields.Array("args"))
        {
            var parts = JsonFields.Elements(pair, fields.PathOf("args"));
            if (parts.Count != 2)
                throw JsonFields.Mismatch(fields.PathOf("args"), "pairs of strings", pair);
            args.Add(new(JsonFields.AsString(parts[0], fields.PathOf("args")), JsonFields.AsString(parts[1], fields.PathOf("args"))));
        }
        var capabilityArgs = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (var (capability, value) in fields.Object("capabilityArgs").Members())
            capabilityArgs[capability] = RawJson.BytesOf(value);
        return new JournalAttachment
        {
            DisplayName = fields.String("network"),
            InterfaceName = fields.String("interface"),
            Config = ReadBase64(fields, "config"),
            Args = args,
            CapabilityArgs = capabilityArgs,
            InLinkGroup = fields.Bool("inLinkGroup"),
            DeviceInfoFile = fields.String("deviceInfoFile"),
            Released = fields.Bool("released"),
            Milliseconds = (fields.NullableULong("microseconds") ?? 0) / 1000.0,
            Plugins = fields.Strings("plugins"),
            IsSelected = fields.Bool("selected"),
            Asked = fields.String("asked"),
            Attaching = fields.Bool("attaching"),
            Detaching = fields.Bool("detaching"),
            Result = ReadResult(fields, "result"),
            PluginResult = ReadResult(fields, "pluginResult"),
            DisplacedRoutes = ReadResult(fields, "displacedRoutes")?.Routes ?? [],
        };
    }

    private static byte[] ReadBase64(JsonFields fields, string key)
    {
        if (!fields.TryGet(key, out var value))
            return [];
        return value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out byte[]? bytes)
            ? bytes
            : throw JsonFields.Mismatch(fields.PathOf(key), "a string in base64", value);
    }
}
