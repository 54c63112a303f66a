using System.Text;

namespace MultiNet.Delegates.Iptables;

/// <summary>
/// A rule of iptables: one that was read from <c>iptables-save</c>, or one that is to be there. The two are the same where they say the
/// same, in whatever order (<see cref="SaysTheSameAs"/>).
/// </summary>
internal sealed class IptablesRule
{
    private readonly string _text;
    private readonly IReadOnlyList<string> _words;
    private string[]? _clauses;

    private IptablesRule(string chain, IReadOnlyList<string> words, string text)
    {
        Chain = chain;
        _words = words;
        _text = text;
    }

    /// <summary>A rule that is to be there.</summary>
    /// <param name="chain">The chain that holds it.</param>
    /// <param name="words">
    /// What follows on <c>-A CHAIN</c>, in the words of <c>iptables-save</c>, unquoted: <c>-s</c>, <c>10.0.0.1/32</c>, <c>-j</c>,
    /// <c>ACCEPT</c>. The tools normalise what they read (<c>--destination-ports</c> becomes <c>--dports</c>); only the normal form is found again.
    /// </param>
    public IptablesRule(string chain, params IReadOnlyList<string> words)
        : this(chain, words, IptablesText.Join(words))
    {
    }

    /// <summary>The chain that holds the rule.</summary>
    public string Chain { get; }

    /// <summary>What follows on the chain, without quotes and escapes.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>The value of <c>-s</c>, or empty; also where it is negated.</summary>
    public string Source => ValueOf("-s");

    /// <summary>The comment without quotes and escapes, or empty.</summary>
    public string Comment => ValueOf("--comment");

    /// <summary>The value of <c>-j</c>, or empty.</summary>
    public string Target => ValueOf("-j");

    /// <summary>The rule as the rest of a command: <c>CHAIN -s ...</c>. What was read stands as it was.</summary>
    public override string ToString() => _text.Length == 0 ? IptablesText.Quote(Chain) : $"{IptablesText.Quote(Chain)} {_text}";

    /// <summary>The value that follows on an option, or empty.</summary>
    public string ValueOf(string option)
    {
        for (int i = 0; i + 1 < _words.Count; i++)
        {
            if (_words[i] == option)
                return _words[i + 1];
            // What a comment says is no option.
            if (_words[i] == "--comment")
                i++;
        }
        return "";
    }

    /// <summary>Is it a rule of the same chain with the same matches and target? Their order does not matter.</summary>
    public bool SaysTheSameAs(IptablesRule other)
    {
        if (Chain != other.Chain || _words.Count != other._words.Count)
            return false;
        return Clauses.AsSpan().SequenceEqual(other.Clauses);
    }

    /// <summary>Reads a line of <c>iptables-save</c>; null where it is no rule (a comment, a table, a chain).</summary>
    public static IptablesRule? Parse(ReadOnlySpan<char> line)
    {
        if (!line.StartsWith("-A "))
            return null;
        var words = IptablesText.Split(line[3..], out int afterFirst);
        if (words.Count == 0)
            return null;
        return new IptablesRule(words[0], words.GetRange(1, words.Count - 1), line[3..][afterFirst..].Trim().ToString());
    }

    // An option with its values, and with the "!" before it, is a clause.
    private string[] Clauses => _clauses ??= MakeClauses();

    private string[] MakeClauses()
    {
        var clauses = new List<string>();
        var clause = new StringBuilder();
        for (int i = 0; i < _words.Count; i++)
        {
            bool begins = _words[i] == "!" || (_words[i].StartsWith('-') && (i == 0 || _words[i - 1] is not ("!" or "--comment")));
            if (begins && clause.Length > 0)
            {
                clauses.Add(clause.ToString());
                clause.Clear();
            }
            // No word holds a line break.
            clause.Append(_words[i]).Append('\n');
        }
        if (clause.Length > 0)
            clauses.Add(clause.ToString());
        clauses.Sort(string.CompareOrdinal);
        return [.. clauses];
    }
}
