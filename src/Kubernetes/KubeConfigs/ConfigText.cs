using System.Text;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MultiNet.Kubernetes.KubeConfigs;

/// <summary>Reads the text of a kubeconfig: JSON (which needs no YAML library, so that a short-lived process never loads it) or YAML.</summary>
internal static class ConfigText
{
    private const int MaxDepth = 32;
    private const int MaxNodes = 100_000;

    /// <summary>Reads a text.</summary>
    /// <param name="file">The file, for errors.</param>
    /// <param name="utf8">Its content.</param>
    /// <exception cref="KubeConfigException">It is neither; the message names line and column.</exception>
    public static ConfigNode Read(string file, ReadOnlyMemory<byte> utf8)
    {
        var trimmed = utf8.Span.TrimStart(" \t\r\n"u8);
        if (trimmed.StartsWith("{"u8))
            return ReadJson(file, utf8);
        try
        {
            return ReadYaml(file, new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(utf8.Span));
        }
        catch (DecoderFallbackException)
        {
            throw new KubeConfigException($"{file}: not UTF-8 text");
        }
    }

    private static ConfigNode ReadJson(string file, ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return OfJson(document.RootElement, file + ": ");
        }
        catch (JsonException e)
        {
            throw new KubeConfigException($"{file}:{e.LineNumber + 1}:{e.BytePositionInLine + 1}: not valid JSON", e);
        }
        catch (InvalidOperationException e)
        {
            throw new KubeConfigException($"{file}: a text is not valid Unicode", e);
        }
    }

    private static ConfigNode OfJson(JsonElement element, string path)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
                foreach (var property in element.EnumerateObject())
                {
                    string at = path.EndsWith(": ", StringComparison.Ordinal) ? path + property.Name : $"{path}.{property.Name}";
                    if (!members.TryAdd(property.Name, OfJson(property.Value, at)))
                        throw new KubeConfigException($"{at}: the key stands twice");
                }
                return ConfigNode.Mapping(path, members);
            case JsonValueKind.Array:
                var items = new List<ConfigNode>();
                foreach (var item in element.EnumerateArray())
                    items.Add(OfJson(item, $"{path}[{items.Count}]"));
                return ConfigNode.List(path, items);
            case JsonValueKind.Null:
                return ConfigNode.Null(path);
            case JsonValueKind.String:
                return ConfigNode.Text(path, element.GetString()!);
            default:
                return ConfigNode.Text(path, element.GetRawText());
        }
    }

    private static ConfigNode ReadYaml(string file, string text)
    {
        var reader = new YamlReader(file, text);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException e)
        {
            throw new KubeConfigException($"{file}:{e.Start.Line}:{e.Start.Column}: not valid YAML: {(e.InnerException ?? e).Message}", e);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IndexOutOfRangeException or OverflowException or FormatException)
        {
            // The library's scanner lets some slips of its own through on odd input.
            throw new KubeConfigException($"{file}: not valid YAML: {e.Message}", e);
        }
    }

    private sealed class YamlReader(string file, string text)
    {
        private readonly Parser _parser = new(new Scanner(new StringReader(text), skipComments: true));
        private readonly Dictionary<string, ConfigNode> _anchors = [];
        private int _nodes;

        public ConfigNode ReadDocument()
        {
            var root = ConfigNode.Null(file + ": ");
            bool read = false;
            while (_parser.MoveNext())
            {
                if (_parser.Current is not DocumentStart)
                    continue;
                if (read)
                    throw At(_parser.Current.Start, "a second document; a kubeconfig is one");
                root = ReadNode(Next(), file + ": ", 1);
                read = true;
            }
            return root;
        }

        private ConfigNode ReadNode(ParsingEvent parsed, string path, int depth)
        {
            if (depth > MaxDepth || ++_nodes > MaxNodes)
                throw At(parsed.Start, $"nested deeper than {MaxDepth}, or more than {MaxNodes} values");
            switch (parsed)
            {
                case Scalar scalar:
                    bool isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" or "Null" or "NULL";
                    return Anchored(scalar, isNull ? ConfigNode.Null(path) : ConfigNode.Text(path, scalar.Value));
                case AnchorAlias alias:
                    return _anchors.TryGetValue(alias.Value.Value, out var anchored)
                        ? anchored
                        : throw At(parsed.Start, $"the alias *{alias.Value.Value} names no anchor before it");
                case SequenceStart sequence:
                    var items = new List<ConfigNode>();
                    while (Next() is var item and not SequenceEnd)
                        items.Add(ReadNode(item, $"{path}[{items.Count}]", depth + 1));
                    return Anchored(sequence, ConfigNode.List(path, items));
                case MappingStart mapping:
                    return Anchored(mapping, ReadMapping(path, depth));
                default:
                    throw At(parsed.Start, "a value was expected");
            }
        }

        private ConfigNode ReadMapping(string path, int depth)
        {
            var members = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
            while (Next() is var parsed and not MappingEnd)
            {
                if (parsed is not Scalar key)
                    throw At(parsed.Start, "a key must be text");
                string at = path.EndsWith(": ", StringComparison.Ordinal) ? path + key.Value : $"{path}.{key.Value}";
                if (!members.TryAdd(key.Value, ReadNode(Next(), at, depth + 1)))
                    throw At(key.Start, $"the key \"{key.Value}\" stands twice");
            }
            return ConfigNode.Mapping(path, members);
        }

        private ParsingEvent Next() => _parser.MoveNext() ? _parser.Current! : throw new KubeConfigException($"{file}: not valid YAML: it ends too early");

        private ConfigNode Anchored(NodeEvent parsed, ConfigNode node)
        {
            if (!parsed.Anchor.IsEmpty)
                _anchors[parsed.Anchor.Value] = node;
            return node;
        }

        private KubeConfigException At(Mark mark, string problem) => new($"{file}:{mark.Line}:{mark.Column}: {problem}");
    }
}
