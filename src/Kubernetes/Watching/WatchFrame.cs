using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MultiNet.Kubernetes.Requests;

namespace MultiNet.Kubernetes.Watching;

/// <summary>Reads one line of a watch: <c>{"type": "ADDED", "object": {...}}</c>.</summary>
internal static class WatchFrame
{
    /// <summary>Reads a line.</summary>
    /// <exception cref="KubeApiException">The line is an ERROR.</exception>
    /// <exception cref="JsonException">It is no event.</exception>
    public static WatchEvent<T> Read<T>(ReadOnlySequence<byte> line, JsonTypeInfo<T> type, string request)
    {
        var reader = new Utf8JsonReader(line);
        string kind = "";
        ReadOnlySequence<byte> body = default;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("no object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isType = reader.ValueTextEquals("type"u8), isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            long start = reader.TokenStartIndex;
            if (isType)
                kind = reader.GetString() ?? "";
            else
                reader.Skip();
            if (isObject)
                body = line.Slice(start, reader.BytesConsumed - start);
        }
        if (body.IsEmpty)
            throw new JsonException("no \"object\"");
        if (kind == "ERROR")
        {
            var status = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref status);
            throw ApiStatus.Error(document.RootElement, request);
        }
        var known = kind switch
        {
            "ADDED" => WatchEventType.Added,
            "MODIFIED" => WatchEventType.Modified,
            "DELETED" => WatchEventType.Deleted,
            "BOOKMARK" => WatchEventType.Bookmark,
            _ => throw new JsonException($"the type \"{kind}\" is not known"),
        };
        var inner = new Utf8JsonReader(body);
        return new WatchEvent<T>(known, JsonSerializer.Deserialize(ref inner, type) ?? throw new JsonException("\"object\" is null"));
    }
}
