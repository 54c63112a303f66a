using System.Text;

namespace MultiNet.Delegates.Iptables;

/// <summary>
/// Input for <c>iptables-restore --noflush</c>: commands on tables. All commands on a table are one transaction; the tables come one
/// after the other, in the order in which they were first named.
/// </summary>
internal sealed class IptablesScript
{
    private readonly List<(string Table, StringBuilder Commands)> _tables = [];
    private StringBuilder? _current;

    /// <summary>A script that begins with a table.</summary>
    /// <param name="table"><c>nat</c>, <c>filter</c>, <c>mangle</c>, ...</param>
    public IptablesScript(string table) => Table(table);

    /// <summary>Is there nothing to do?</summary>
    public bool IsEmpty => !_tables.Exists(table => table.Commands.Length > 0);

    /// <summary>The commands that follow are on this table.</summary>
    public IptablesScript Table(string table)
    {
        _current = _tables.Find(known => known.Table == table).Commands;
        if (_current is null)
            _tables.Add((table, _current = new StringBuilder()));
        return this;
    }

    /// <summary>Makes a chain; the whole transaction fails where it exists.</summary>
    public IptablesScript NewChain(string chain) => Add("-N", IptablesText.Quote(chain));

    /// <summary>Makes a chain where it is not there.</summary>
    /// <param name="existing">What was read.</param>
    /// <param name="chain">The chain.</param>
    public IptablesScript EnsureChain(IptablesTable existing, string chain) => existing.Chains.Contains(chain) ? this : NewChain(chain);

    /// <summary>Empties and removes a chain; the whole transaction fails where it is not there, or something leads into it.</summary>
    public IptablesScript DeleteChain(string chain) => FlushChain(chain).Add("-X", IptablesText.Quote(chain));

    /// <summary>Empties a chain; the whole transaction fails where it is not there.</summary>
    public IptablesScript FlushChain(string chain) => Add("-F", IptablesText.Quote(chain));

    /// <summary>Adds a rule at the end of its chain.</summary>
    public IptablesScript Append(IptablesRule rule) => Add("-A", rule.ToString());

    /// <summary>Adds a rule as the first one of its chain.</summary>
    public IptablesScript InsertFirst(IptablesRule rule) => Add("-I", Numbered(rule, 1));

    /// <summary>Deletes a rule; the whole transaction fails where it is not there.</summary>
    public IptablesScript Delete(IptablesRule rule) => Add("-D", rule.ToString());

    /// <summary>Asks for a rule that must be there; the whole transaction fails where it is not.</summary>
    public IptablesScript Require(IptablesRule rule) => Add("-C", rule.ToString());

    /// <summary>The text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (table, commands) in _tables)
        {
            if (commands.Length > 0)
                text.Append('*').Append(table).Append('\n').Append(commands).Append("COMMIT\n");
        }
        return text.ToString();
    }

    private static string Numbered(IptablesRule rule, int position)
    {
        string chain = IptablesText.Quote(rule.Chain);
        return $"{chain} {position}{rule.ToString().AsSpan(chain.Length)}";
    }

    private IptablesScript Add(string command, string rest)
    {
        _current!.Append(command).Append(' ').Append(rest).Append('\n');
        return this;
    }
}
