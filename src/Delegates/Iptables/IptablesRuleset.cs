namespace MultiNet.Delegates.Iptables;

/// <summary>The tables of one family as <c>iptables-save</c> prints them.</summary>
internal sealed class IptablesRuleset
{
    private readonly Dictionary<string, IptablesTable> _tables = [];

    /// <summary>A table; an empty one where the kernel has none of that name yet.</summary>
    public IptablesTable this[string table] => _tables.TryGetValue(table, out var found) ? found : _tables[table] = new IptablesTable();

    /// <summary>Reads the text; what is not understood is passed over.</summary>
    public static IptablesRuleset Parse(string text)
    {
        var ruleset = new IptablesRuleset();
        IptablesTable? table = null;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range).TrimEnd();
            if (line.StartsWith("*"))
                table = ruleset[line[1..].ToString()];
            else if (line is "COMMIT")
                table = null;
            else
                table?.Read(line);
        }
        return ruleset;
    }
}
