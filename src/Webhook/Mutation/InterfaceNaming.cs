using System.Text;
using MultiNet.Networks;

namespace MultiNet.Webhook.Mutation;

/// <summary>
/// Writes the names that interfaces without one are going to get, <c>net1</c> to <c>netN</c> by their place. Then every network keeps its name
/// though others before it come and go, also where something other than MultiNet plugs them.
/// </summary>
internal static class InterfaceNaming
{
    /// <summary>The annotation with names, otherwise as it was written. A name that is taken is not given.</summary>
    /// <param name="text">The annotation, a valid one.</param>
    /// <param name="podInterface">The interface of the cluster's default network.</param>
    public static string Write(string text, string podInterface)
    {
        var selection = NetworkSelectionAnnotation.Parse(text, podInterface);
        var taken = new HashSet<string>(StringComparer.Ordinal) { podInterface };
        foreach (var element in selection.Elements)
            taken.Add(element.Interface);
        var names = new Dictionary<int, string>();
        foreach (var element in selection.Elements)
        {
            string name = $"net{element.Index + 1}";
            if (element.Interface.Length == 0 && taken.Add(name))
                names[element.Index] = name;
        }
        if (names.Count == 0)
            return text;
        string named = NetworkDefaults.IsJson(text) ? InJson(text, names) : InCommas(text, names);
        return NetworkSelectionAnnotation.Parse(named, podInterface).IsValid ? named : text;
    }

    private static string InCommas(string text, Dictionary<int, string> names)
    {
        string[] items = text.Split(',');
        foreach (var (index, name) in names)
        {
            string item = items[index].TrimEnd();
            items[index] = item + (item.EndsWith('@') ? name : "@" + name) + items[index][item.Length..];
        }
        return string.Join(',', items);
    }

    // Before the brace that closes the element. Of a key that stands twice the last counts.
    private static string InJson(string text, Dictionary<int, string> names)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        var root = LocatedValue.Parse(utf8, new ProblemList(), "")!;
        var written = new StringBuilder();
        int from = 0;
        foreach (var element in root.Children)
        {
            if (!names.TryGetValue(element.Index, out string? name))
                continue;
            int end = from + utf8.AsSpan(from, element.End - 1 - from).TrimEnd(" \t\r\n"u8).Length;
            written.Append(Encoding.UTF8.GetString(utf8.AsSpan(from, end - from))).Append(", \"interface\": \"").Append(name).Append('"');
            from = end;
        }
        return written.Append(Encoding.UTF8.GetString(utf8.AsSpan(from))).ToString();
    }
}
