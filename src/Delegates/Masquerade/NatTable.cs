using MultiNet.Cni;

namespace MultiNet.Delegates.Masquerade;

/// <summary>The nat table of one family as <c>iptables-save</c> prints it.</summary>
internal sealed class NatTable
{
    /// <summary>The built-in chain from which the chains of containers are entered.</summary>
    public const string Postrouting = "POSTROUTING";

    private readonly HashSet<string> _chains = [];
    private readonly List<NatRule> _rules = [];

    /// <summary>The chains of the table.</summary>
    public IReadOnlySet<string> Chains => _chains;

    /// <summary>The rules of the table in their order.</summary>
    public IReadOnlyList<NatRule> Rules => _rules;

    /// <summary>Reads the text; what is not understood is passed over.</summary>
    public static NatTable Parse(string text)
    {
        var table = new NatTable();
        bool inNat = false;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range).TrimEnd();
            if (line.StartsWith("*"))
                inNat = line is "*nat";
            else if (!inNat || line.Length == 0)
                continue;
            else if (line[0] == ':' && line.IndexOf(' ') is > 1 and var end)
                table._chains.Add(line[1..end].ToString());
            else if (NatRule.Parse(line.ToString()) is { } rule)
                table._rules.Add(rule);
        }
        return table;
    }

    /// <summary>The rules that lead from POSTROUTING into a chain.</summary>
    public List<NatRule> JumpsTo(string chain) => _rules.FindAll(rule => rule.Chain == Postrouting && rule.Target == chain);

    /// <summary>Is there a rule in a chain with this target, whose source is the given one (empty: any)?</summary>
    public bool Holds(string chain, string target, string source = "") =>
        _rules.Exists(rule => rule.Chain == chain && rule.Target == target && (source.Length == 0 || rule.Source == source));

    /// <summary>The source of a rule for one address, as iptables-save prints it.</summary>
    public static string SourceOf(IPPrefix address) => IPPrefix.Host(address.Address).ToString();
}
