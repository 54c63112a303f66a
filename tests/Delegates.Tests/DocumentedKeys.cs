using System.Runtime.CompilerServices;

namespace MultiNet.Delegates.Tests;

/// <summary>The keys of a plugin's configuration as its page tells them: tables whose heads begin with "key" (or "key of `ipam`") and "type".</summary>
/// <param name="Plugin">The plugin's type.</param>
/// <param name="InIpam">Is it a key of <c>ipam</c>?</param>
/// <param name="Name">The key; with dots where it lies deeper.</param>
/// <param name="Type">boolean, integer, string, list or object; several with "or" between them.</param>
internal sealed record DocumentedKeys(string Plugin, bool InIpam, string Name, string Type)
{
    public static string Page(string plugin, [CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../docs/plugins", plugin + ".md"));

    public static IReadOnlyList<DocumentedKeys> Of(string plugin)
    {
        var keys = new List<DocumentedKeys>();
        bool? inIpam = null;
        foreach (string line in File.ReadLines(Page(plugin)))
        {
            if (!line.StartsWith('|'))
            {
                inIpam = null;
                continue;
            }
            string[] cells = [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];
            if (cells[0] is "key" or "key of `ipam`")
            {
                Assert.True(cells.Length >= 4 && cells[1] == "type" && cells[2] == "default", $"{Page(plugin)}: a table of keys has the columns key, type, default, meaning: {line}");
                inIpam = cells[0] != "key";
            }
            else if (inIpam is { } of && !cells[0].StartsWith('-'))
            {
                foreach (string name in cells[0].Split(','))
                    keys.Add(new DocumentedKeys(plugin, of, name.Trim(' ', '`'), cells[1]));
            }
        }
        return keys;
    }

    /// <summary>JSON values of other types.</summary>
    public IEnumerable<string> WrongValues()
    {
        string[] types = Type.Split(" or ");
        var wrong = new List<string>();
        if (!types.Contains("boolean"))
            wrong.Add("true");
        if (!types.Contains("integer"))
            wrong.Add("7");
        else
            wrong.AddRange(["1.5", "99999999999999999999"]);
        if (!types.Contains("string"))
            wrong.Add("\"text\"");
        if (!types.Contains("list"))
            wrong.Add("[7]");
        if (!types.Contains("object"))
            wrong.Add("{\"a\": 7}");
        return wrong;
    }
}
