using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MultiNet.Meta.Sources.Manifests;

/// <summary>
/// Reads the documents of a YAML file with YamlDotNet's event parser, which needs no reflection, into the JSON data model: YAML 1.2's
/// core schema, keys are strings, anchors and aliases are followed. This is the only type that touches the YAML library, so that a
/// process that reads no YAML never loads it.
/// </summary>
internal sealed class YamlManifestReader
{
    private readonly string _file;
    private readonly Parser _parser;
    private readonly Dictionary<string, ManifestNode> _anchors = [];
    // Where the library last was: one of its errors names no place.
    private ManifestPosition _last;

    private YamlManifestReader(string file, string text)
    {
        _file = file;
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        _last = new ManifestPosition(file, 1, 1);
    }

    /// <summary>Reads all documents.</summary>
    /// <exception cref="Cni.CniException">Code 6: not YAML, a duplicate key, too deep or too large; the message names the place.</exception>
    public static List<ManifestNode> Read(string file, string text)
    {
        var reader = new YamlManifestReader(file, text);
        try
        {
            return reader.ReadStream();
        }
        catch (YamlException e)
        {
            var at = e.Start.Line > 0 ? reader.At(e.Start) : reader._last;
            // The outer message repeats the place; the inner one, where there is one, says what is wrong.
            throw at.Error("not valid YAML", (e.InnerException ?? e).Message);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IndexOutOfRangeException or OverflowException or FormatException)
        {
            // The library's scanner lets some of its own slips through on odd input.
            throw reader._last.Error("not valid YAML", e.Message);
        }
    }

    private List<ManifestNode> ReadStream()
    {
        var documents = new List<ManifestNode>();
        while (Next() is { } parsed)
        {
            if (parsed is not DocumentStart)
                continue;
            // An anchor is known in its own document only.
            _anchors.Clear();
            documents.Add(ReadNode(Next()!, 1));
        }
        return documents;
    }

    private ManifestNode ReadNode(ParsingEvent parsed, int depth)
    {
        var at = At(parsed.Start);
        switch (parsed)
        {
            case Scalar scalar:
                return Anchored(scalar, YamlCoreSchema.Resolve(scalar, at));
            case AnchorAlias alias:
                if (!_anchors.TryGetValue(alias.Value.Value, out var anchored))
                    throw at.Error($"the alias \"*{alias.Value.Value}\" names no anchor that ends before it in the document");
                ManifestLimits.CheckDepth(depth - 1 + anchored.Height, at);
                return anchored;
            case SequenceStart sequence:
                return Anchored(sequence, ReadSequence(sequence, at, depth));
            case MappingStart mapping:
                return Anchored(mapping, ReadMapping(mapping, at, depth));
            default:
                throw at.Error("not valid YAML", $"a value was expected, found {parsed}");
        }
    }

    private ManifestNode ReadSequence(SequenceStart start, ManifestPosition at, int depth)
    {
        ManifestLimits.CheckDepth(depth, at);
        YamlCoreSchema.CheckTag(start.Tag, "tag:yaml.org,2002:seq", at);
        var node = ManifestNode.Sequence(at);
        while (Next() is { } parsed and not SequenceEnd)
        {
            node.Add(ReadNode(parsed, depth + 1));
            ManifestLimits.CheckWeight(node, at);
        }
        return node;
    }

    private ManifestNode ReadMapping(MappingStart start, ManifestPosition at, int depth)
    {
        ManifestLimits.CheckDepth(depth, at);
        YamlCoreSchema.CheckTag(start.Tag, "tag:yaml.org,2002:map", at);
        var node = ManifestNode.Mapping(at);
        while (Next() is { } parsed and not MappingEnd)
        {
            var keyAt = At(parsed.Start);
            string key = ReadKey(parsed, keyAt);
            if (!node.Add(key, ReadNode(Next()!, depth + 1)))
                throw keyAt.Error($"the key \"{Shorten(key)}\" stands twice in the same mapping");
            ManifestLimits.CheckWeight(node, at);
        }
        return node;
    }

    private string ReadKey(ParsingEvent parsed, ManifestPosition at)
    {
        if (parsed is AnchorAlias alias && _anchors.TryGetValue(alias.Value.Value, out var anchored) && anchored.Kind == ManifestNodeKind.String)
            return anchored.Text;
        if (parsed is not Scalar scalar)
            throw at.Error("a key of a mapping must be a string", "quote it where a list or a mapping was not meant");
        if (scalar is { Value: "<<", Style: ScalarStyle.Plain })
            throw at.Error("merge keys (<<) are not part of YAML 1.2", "write the keys out");
        // As kubectl does: a key that looks like a number or a boolean is the text that was written.
        if (!scalar.Anchor.IsEmpty)
            _anchors[scalar.Anchor.Value] = ManifestNode.Scalar(ManifestNodeKind.String, scalar.Value, at);
        return scalar.Value;
    }

    private ManifestNode Anchored(NodeEvent parsed, ManifestNode node)
    {
        if (!parsed.Anchor.IsEmpty)
            _anchors[parsed.Anchor.Value] = node;
        return node;
    }

    private ParsingEvent? Next()
    {
        if (!_parser.MoveNext())
            return null;
        var current = _parser.Current!;
        _last = At(current.Start);
        return current;
    }

    private ManifestPosition At(Mark mark) => new(_file, (int)mark.Line, (int)mark.Column);

    private static string Shorten(string text) => text.Length > 80 ? text[..80] + "..." : text;
}
