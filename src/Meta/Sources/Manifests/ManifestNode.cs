using System.Buffers;
using System.Text.Json;

namespace MultiNet.Meta.Sources.Manifests;

/// <summary>
/// A value of a manifest with its place in the file: what both YAML and JSON files are read into, so that an error about a single
/// annotation can name its line. An alias of YAML shares the node of its anchor; <see cref="Weight"/> and <see cref="Height"/> count
/// it as often as it is named, so that what is small in the file and huge when written out is refused while it is still small.
/// </summary>
internal sealed class ManifestNode
{
    private static readonly List<ManifestNode> NoItems = [];
    private static readonly List<KeyValuePair<string, ManifestNode>> NoMembers = [];

    private readonly List<ManifestNode> _items = NoItems;
    private readonly List<KeyValuePair<string, ManifestNode>> _members = NoMembers;
    private HashSet<string>? _keys;

    private ManifestNode(ManifestNodeKind kind, string text, ManifestPosition position)
    {
        Kind = kind;
        Text = text;
        Position = position;
        Weight = 1 + text.Length / 64;
        if (kind == ManifestNodeKind.Sequence)
            _items = [];
        if (kind == ManifestNodeKind.Mapping)
            _members = [];
    }

    public ManifestNodeKind Kind { get; }

    /// <summary>The string; of a number or a boolean its JSON text; empty for all else.</summary>
    public string Text { get; }

    public ManifestPosition Position { get; }

    /// <summary>The elements of a sequence.</summary>
    public IReadOnlyList<ManifestNode> Items => _items;

    /// <summary>The members of a mapping, in the file's order.</summary>
    public IReadOnlyList<KeyValuePair<string, ManifestNode>> Members => _members;

    /// <summary>Nodes of the tree below and including this one, long texts counted as several.</summary>
    public long Weight { get; private set; }

    /// <summary>Levels of the tree below and including this one.</summary>
    public int Height { get; private set; } = 1;

    public static ManifestNode Scalar(ManifestNodeKind kind, string text, ManifestPosition position) => new(kind, text, position);

    public static ManifestNode Sequence(ManifestPosition position) => new(ManifestNodeKind.Sequence, "", position);

    public static ManifestNode Mapping(ManifestPosition position) => new(ManifestNodeKind.Mapping, "", position);

    public void Add(ManifestNode item)
    {
        _items.Add(item);
        Count(item);
    }

    /// <returns>False where the mapping has the key already.</returns>
    public bool Add(string key, ManifestNode value)
    {
        if (!AddKey(key))
            return false;
        _members.Add(new(key, value));
        Weight += key.Length / 64;
        Count(value);
        return true;
    }

    /// <summary>The value of a key, by exact name as the API server reads manifests; null where it is absent.</summary>
    public ManifestNode? Find(string key)
    {
        foreach (var (name, value) in _members)
        {
            if (name == key)
                return value;
        }
        return null;
    }

    /// <summary>The tree as JSON.</summary>
    public ReadOnlyMemory<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
            Write(writer);
        return buffer.WrittenMemory;
    }

    /// <summary>What it is, in words for an error.</summary>
    public string Describe() => Kind switch
    {
        ManifestNodeKind.Null => "null",
        ManifestNodeKind.Boolean => $"the boolean {Text}",
        ManifestNodeKind.Number => $"the number {(Text.Length > 40 ? Text[..40] + "..." : Text)}",
        ManifestNodeKind.String => "a string",
        ManifestNodeKind.Sequence => "a list",
        _ => "a mapping",
    };

    private void Count(ManifestNode child)
    {
        Weight += child.Weight;
        Height = Math.Max(Height, child.Height + 1);
    }

    // Mappings are short, as a rule: a set only where comparing all pairs would cost.
    private bool AddKey(string key)
    {
        if (_keys is null && _members.Count < 16)
            return Find(key) is null;
        if (_keys is null)
        {
            _keys = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (name, _) in _members)
                _keys.Add(name);
        }
        return _keys.Add(key);
    }

    private void Write(Utf8JsonWriter writer)
    {
        switch (Kind)
        {
            case ManifestNodeKind.Null:
                writer.WriteNullValue();
                break;
            case ManifestNodeKind.Boolean:
                writer.WriteBooleanValue(Text == "true");
                break;
            case ManifestNodeKind.Number:
                writer.WriteRawValue(Text, skipInputValidation: true);
                break;
            case ManifestNodeKind.String:
                writer.WriteStringValue(Text);
                break;
            case ManifestNodeKind.Sequence:
                writer.WriteStartArray();
                foreach (var item in _items)
                    item.Write(writer);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStartObject();
                foreach (var (key, value) in _members)
                {
                    writer.WritePropertyName(key);
                    value.Write(writer);
                }
                writer.WriteEndObject();
                break;
        }
    }
}
