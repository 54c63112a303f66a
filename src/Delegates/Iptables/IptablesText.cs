using System.Text;
using MultiNet.Cni;

namespace MultiNet.Delegates.Iptables;

/// <summary>
/// Words in the text that <c>iptables-save</c> prints and <c>iptables-restore</c> reads (iptables/xshared.c, libxtables/xtables.c): blanks
/// separate them, double quotes hold blanks together, and between quotes a backslash takes the next character as it is.
/// </summary>
internal static class IptablesText
{
    /// <summary>The words of a line; what is not understood makes odd words, never an error.</summary>
    public static List<string> Split(ReadOnlySpan<char> line) => Split(line, out _);

    /// <summary>The words of a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="afterFirst">Where the first word ends.</param>
    public static List<string> Split(ReadOnlySpan<char> line, out int afterFirst)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool quoted = false, inWord = false;
        afterFirst = line.Length;
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
            else if (c is ' ' or '\t' && !quoted)
            {
                if (inWord)
                {
                    words.Add(word.ToString());
                    if (words.Count == 1)
                        afterFirst = i;
                }
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

    /// <summary>Words as a line.</summary>
    /// <exception cref="CniException">Code 7: a word holds a line break or another control character.</exception>
    public static string Join(IReadOnlyList<string> words)
    {
        var line = new StringBuilder();
        for (int i = 0; i < words.Count; i++)
        {
            if (i > 0)
                line.Append(' ');
            line.Append(Quote(words[i]));
        }
        return line.ToString();
    }

    /// <summary>A word with the quotes and escapes that it needs.</summary>
    /// <exception cref="CniException">Code 7: it holds a line break or another control character, which would end the command.</exception>
    public static string Quote(string word)
    {
        bool plain = word.Length > 0;
        foreach (char c in word)
        {
            if (char.IsControl(c))
            {
                throw new CniException(
                    CniErrorCode.InvalidNetworkConfig, $"\"{JsonSafe(word)}\" cannot be part of an iptables rule", "It holds a line break or another control character.");
            }
            plain &= char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '/' or ',' or '!' or '+' or '[' or ']' or '=' or '%' or '@';
        }
        return plain ? word : $"\"{word.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
    }

    private static string JsonSafe(string word)
    {
        var text = new StringBuilder();
        foreach (char c in word)
            text.Append(char.IsControl(c) ? '?' : c);
        return text.ToString();
    }
}
