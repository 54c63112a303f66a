namespace MultiNet.Delegates.Iptables;

/// <summary>A table of one family as <c>iptables-save</c> prints it.</summary>
internal sealed class IptablesTable
{
    private readonly HashSet<string> _chains = [];
    private readonly List<IptablesRule> _rules = [];

    /// <summary>The names of the chains, built-in ones too.</summary>
    public IReadOnlySet<string> Chains => _chains;

    /// <summary>The rules in their order.</summary>
    public IReadOnlyList<IptablesRule> Rules => _rules;

    /// <summary>Is the very rule there, with all its matches and its comment?</summary>
    public bool Contains(IptablesRule rule) => _rules.Exists(rule.SaysTheSameAs);

    /// <summary>The rules of a chain in their order.</summary>
    public List<IptablesRule> RulesOf(string chain) => _rules.FindAll(rule => rule.Chain == chain);

    /// <summary>The rules that lead from one chain into another.</summary>
    public List<IptablesRule> Jumps(string from, string to) => _rules.FindAll(rule => rule.Chain == from && rule.Target == to);

    /// <summary>Is there a rule in a chain with this target, whose source is the given one (empty: any)?</summary>
    public bool Holds(string chain, string target, string source = "") =>
        _rules.Exists(rule => rule.Chain == chain && rule.Target == target && (source.Length == 0 || rule.Source == source));

    /// <summary>Reads a line of the table; what is not understood is passed over.</summary>
    internal void Read(ReadOnlySpan<char> line)
    {
        if (line.Length > 0 && line[0] == ':')
        {
            if (line.IndexOf(' ') is > 1 and var end)
                _chains.Add(line[1..end].ToString());
        }
        else if (IptablesRule.Parse(line) is { } rule)
        {
            _rules.Add(rule);
        }
    }
}
