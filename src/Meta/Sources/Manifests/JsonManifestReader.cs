using System.Text.Json;

namespace MultiNet.Meta.Sources.Manifests;

/// <summary>Reads the documents of a JSON file: one value or several after each other, comments and trailing commas refused.</summary>
internal ref struct JsonManifestReader
{
    private readonly string _file;
    private readonly ReadOnlySpan<byte> _utf8;
    private Utf8JsonReader _reader;
    // The line of _counted, so that positions are counted forward only once.
    private int _counted;
    private int _lineStart;
    private int _line = 1;

    private JsonManifestReader(string file, ReadOnlySpan<byte> utf8)
    {
        _file = file;
        _utf8 = utf8;
        // Depth is checked here, with a better message than the reader's own: it must come later.
        _reader = new Utf8JsonReader(utf8, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = ManifestLimits.Depth + 8 });
    }

    /// <summary>Reads all documents.</summary>
    /// <exception cref="Cni.CniException">Code 6: not JSON, a duplicate key, too deep or too large; the message names the place.</exception>
    public static List<ManifestNode> Read(string file, ReadOnlySpan<byte> utf8)
    {
        var reader = new JsonManifestReader(file, utf8);
        var documents = new List<ManifestNode>();
        try
        {
            while (reader._reader.Read())
                documents.Add(reader.ReadValue(1));
        }
        catch (JsonException e)
        {
            var at = new ManifestPosition(file, (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
            throw at.Error("not valid JSON", FirstSentence(e.Message));
        }
        catch (InvalidOperationException e)
        {
            throw reader.Position().Error("a string is not valid UTF-8 or an escape in it is no character", FirstSentence(e.Message));
        }
        return documents;
    }

    private ManifestNode ReadValue(int depth)
    {
        var at = Position();
        switch (_reader.TokenType)
        {
            case JsonTokenType.Null:
                return ManifestNode.Scalar(ManifestNodeKind.Null, "", at);
            case JsonTokenType.True:
                return ManifestNode.Scalar(ManifestNodeKind.Boolean, "true", at);
            case JsonTokenType.False:
                return ManifestNode.Scalar(ManifestNodeKind.Boolean, "false", at);
            case JsonTokenType.Number:
                return ManifestNode.Scalar(ManifestNodeKind.Number, System.Text.Encoding.ASCII.GetString(_reader.ValueSpan), at);
            case JsonTokenType.String:
                return ManifestNode.Scalar(ManifestNodeKind.String, _reader.GetString()!, at);
            case JsonTokenType.StartArray:
                return ReadArray(at, depth);
            default:
                return ReadObject(at, depth);
        }
    }

    private ManifestNode ReadArray(ManifestPosition at, int depth)
    {
        ManifestLimits.CheckDepth(depth, at);
        var node = ManifestNode.Sequence(at);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            node.Add(ReadValue(depth + 1));
            ManifestLimits.CheckWeight(node, at);
        }
        return node;
    }

    private ManifestNode ReadObject(ManifestPosition at, int depth)
    {
        ManifestLimits.CheckDepth(depth, at);
        var node = ManifestNode.Mapping(at);
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var keyAt = Position();
            string key = _reader.GetString()!;
            _reader.Read();
            if (!node.Add(key, ReadValue(depth + 1)))
                throw keyAt.Error($"the key \"{key}\" stands twice in the same object");
            ManifestLimits.CheckWeight(node, at);
        }
        return node;
    }

    private ManifestPosition Position()
    {
        int at = (int)_reader.TokenStartIndex;
        for (; _counted < at; _counted++)
        {
            if (_utf8[_counted] == '\n')
            {
                _line++;
                _lineStart = _counted + 1;
            }
        }
        return new ManifestPosition(_file, _line, at - _lineStart + 1);
    }

    // The reader's messages end in its own count of lines from 0, which would only confuse.
    private static string FirstSentence(string message)
    {
        int end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
