using System.Text;

namespace MultiNet.Delegates.Masquerade;

/// <summary>One rule out of the text of <c>iptables-save</c>, as far as it matters for finding our own rules again.</summary>
/// <param name="Line">The line as it stands: <c>-A CHAIN ...</c>.</param>
/// <param name="Chain">The chain that holds the rule.</param>
/// <param name="Source">The value of <c>-s</c>, or empty.</param>
/// <param name="Comment">The comment without quotes and escapes, or empty.</param>
/// <param name="Target">The value of <c>-j</c>, or empty.</param>
internal sealed record NatRule(string Line, string Chain, string Source, string Comment, string Target)
{
    /// <summary>The same rule as a command that deletes it.</summary>
    public string DeleteCommand => string.Concat("-D", Line.AsSpan(2));

    /// <summary>Reads a line; null where it is no rule (a comment, a table, a chain).</summary>
    public static NatRule? Parse(string line)
    {
        var words = Split(line);
        if (words.Count < 2 || words[0] != "-A")
            return null;
        string source = "", comment = "", target = "";
        for (int i = 2; i + 1 < words.Count; i++)
        {
            switch (words[i])
            {
                case "-s":
                    source = words[++i];
                    break;
                case "--comment":
                    comment = words[++i];
                    break;
                case "-j":
                    target = words[++i];
                    break;
            }
        }
        return new NatRule(line, words[1], source, comment, target);
    }

    // Words are separated by blanks; quotes hold blanks together; within them a backslash takes the next character as it is.
    private static List<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool quoted = false, inWord = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (quoted && c == '\\' && i + 1 < line.Length)
            {
                word.Append(line[++i]);
            }
            else if (c == '"')
            {
                quoted = !quoted;
                inWord = true;
            }
            else if (c == ' ' && !quoted)
            {
                if (inWord)
                    words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
            else
            {
                word.Append(c);
                inWord = true;
            }
        }
        if (inWord)
            words.Add(word.ToString());
        return words;
    }
}
