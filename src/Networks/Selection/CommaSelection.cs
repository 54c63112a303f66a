using System.Text;

namespace MultiNet.Networks;

/// <summary>
/// The comma form: <c>[namespace/]name[@interface], ...</c> (NPWG v1.3, section 4.1.1; the interface is Multus' addition).
/// </summary>
internal sealed class CommaSelection : ISelectionSource
{
    private readonly List<NetworkSelectionElement> _elements = [];
    private readonly Dictionary<int, Place> _interfaces = [];
    private readonly Dictionary<int, Place> _items = [];
    private readonly string _text;
    private readonly ProblemList _problems;

    public CommaSelection(string text, ProblemList problems)
    {
        _text = text;
        _problems = problems;
        if (text.AsSpan().Trim().Length == 0)
        {
            problems.Warning("POD-001", Place.Whole, "the text is only white space, which asks for nothing; remove the annotation");
            return;
        }
        int start = 0;
        while (start <= text.Length && Count < NetworkSelectionAnnotation.MaxElements)
        {
            int comma = text.IndexOf(',', start);
            int end = comma < 0 ? text.Length : comma;
            Read(start, end);
            Count++;
            start = end + 1;
        }
        // The rest is only counted: it is refused in any case.
        for (; start <= text.Length; Count++)
        {
            int comma = text.IndexOf(',', start);
            start = (comma < 0 ? text.Length : comma) + 1;
        }
    }

    public IReadOnlyList<NetworkSelectionElement> Elements => _elements;

    public int Count { get; private set; }

    public Place PlaceOf(NetworkSelectionElement element, string key) =>
        key == SelectionKeys.Interface && _interfaces.TryGetValue(element.Index, out var place) ? place : _items[element.Index];

    private void Read(int start, int end)
    {
        string path = $"item {Count + 1}";
        var (itemStart, item) = Trimmed(start, end);
        var place = _items[Count] = PlaceAt(path, itemStart);
        if (item.Length == 0)
        {
            _problems.Error("POD-004", place, "the item is empty; remove the comma, or name a network");
            return;
        }

        int nameStart = itemStart, nameEnd = itemStart + item.Length;
        string ns = "", ifName = "";
        int slash = item.IndexOf('/');
        if (slash >= 0 && item.IndexOf('/', slash + 1) >= 0)
        {
            _problems.Error("POD-004", place, $"{Quoted.Text(item)} holds more than one '/'; the form is [namespace/]name[@interface]");
            return;
        }
        if (slash >= 0)
        {
            (int nsStart, ns) = Trimmed(itemStart, itemStart + slash);
            nameStart = itemStart + slash + 1;
            if (ns.Length == 0)
                _problems.Warning("POD-004", place, $"{Quoted.Text(item)} names no namespace before '/'; the pod's own is meant");
            else if (!KubernetesName.IsLabel(ns))
                _problems.Error("POD-005", PlaceAt(path, nsStart), $"{Quoted.Text(ns)} is no namespace: {KubernetesName.LabelRule}");
        }
        int at = _text.IndexOf('@', nameStart, nameEnd - nameStart);
        if (at >= 0)
        {
            if (_text.IndexOf('@', at + 1, nameEnd - at - 1) >= 0)
            {
                _problems.Error("POD-004", place, $"{Quoted.Text(item)} holds more than one '@'; the form is [namespace/]name[@interface]");
                return;
            }
            (int ifStart, ifName) = Trimmed(at + 1, nameEnd);
            nameEnd = at;
            CheckInterface(item, ifName, PlaceAt(path, ifStart));
        }
        (nameStart, string name) = Trimmed(nameStart, nameEnd);
        CheckName(item, name, PlaceAt(path, nameStart));
        _elements.Add(new NetworkSelectionElement { Index = Count, Path = path, Name = name, Namespace = ns, Interface = ifName });
    }

    private void CheckInterface(string item, string ifName, Place place)
    {
        _interfaces[Count] = place;
        if (ifName.Length == 0)
            _problems.Warning("POD-004", place, $"{Quoted.Text(item)} names no interface after '@'; one is chosen");
        else if (InterfaceNameRule.WhyInvalid(ifName) is { } why)
            _problems.Error("POD-006", place, why);
    }

    private void CheckName(string item, string name, Place place)
    {
        if (name.Length == 0)
            _problems.Error("POD-003", place, $"{Quoted.Text(item)} names no network; the form is [namespace/]name[@interface]");
        else if (name.Contains('.') && KubernetesName.IsSubdomain(name))
        {
            _problems.Error(
                "POD-003", place,
                $"the name {Quoted.Text(name)} holds a dot, which only the JSON form can express: [{{\"name\": \"{name}\"}}]");
        }
        else if (!KubernetesName.IsSubdomain(name))
            _problems.Error("POD-003", place, $"{Quoted.Text(name)} is no network's name: {KubernetesName.SubdomainRule}");
    }

    private (int Start, string Text) Trimmed(int start, int end)
    {
        var part = _text.AsSpan(start, end - start);
        return (start + part.Length - part.TrimStart().Length, part.Trim().ToString());
    }

    // Places count bytes, as JSON's do.
    private Place PlaceAt(string path, int index) => new(path, Encoding.UTF8.GetByteCount(_text.AsSpan(0, index)));
}
