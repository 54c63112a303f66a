using System.Text.Json;

namespace MultiNet.Networks;

/// <summary>The JSON form: an array of objects (NPWG v1.3, section 4.1.2), under the rules of Go's encoding/json.</summary>
internal sealed class JsonSelection : ISelectionSource
{
    private readonly List<NetworkSelectionElement> _elements = [];
    private readonly Dictionary<int, LocatedValue> _values = [];

    public JsonSelection(ReadOnlyMemory<byte> utf8, ProblemList problems)
    {
        if (LocatedValue.Parse(utf8, problems, "POD-001") is not { } root)
        {
            if (utf8.Span.Trim(" \t\r\n"u8) is [not ((byte)'[' or (byte)'{' or (byte)'"'), ..])
            {
                problems.Warning(
                    "POD-001", Place.Whole, "a text with any of [ { \" is read as JSON; without them it would be a list of names");
            }
            return;
        }
        var reader = new SelectionElementReader(problems);
        if (root.Kind == JsonValueKind.Array)
        {
            Count = root.Children.Count;
            for (int i = 0; i < Count && i < NetworkSelectionAnnotation.MaxElements; i++)
                Add(reader, root.Children[i]);
            return;
        }
        problems.Error("POD-002", root, $"expected a list of objects in [ ], found {root.Found}; put it into [ ]");
        if (root.Kind == JsonValueKind.Object)
        {
            Count = 1; // its own problems are told too
            Add(reader, root);
        }
    }

    public IReadOnlyList<NetworkSelectionElement> Elements => _elements;

    public int Count { get; private set; } = -1;

    public Place PlaceOf(NetworkSelectionElement element, string key)
    {
        var value = _values[element.Index];
        var at = value.AnyCase(key);
        if (key == SelectionKeys.Interface && at?.Text is null or "")
            at = value.AnyCase(SelectionKeys.InterfaceRequest);
        return (at ?? value).Place;
    }

    private void Add(SelectionElementReader reader, LocatedValue value)
    {
        if (reader.Read(value) is { } element)
        {
            _elements.Add(element);
            _values[element.Index] = value;
        }
    }
}
