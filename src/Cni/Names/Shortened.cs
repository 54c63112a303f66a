using System.Text;

namespace MultiNet.Cni;

/// <summary>Foreign text as errors show it: on one line, without control characters, of bounded length.</summary>
public static class Shortened
{
    /// <summary>At most <paramref name="max"/> characters of a text; control characters as escapes.</summary>
    public static string Text(ReadOnlySpan<char> text, int max)
    {
        var builder = new StringBuilder(Math.Min(text.Length, max) + 16);
        int i = 0;
        for (; i < text.Length && builder.Length < max; i++)
        {
            char c = text[i];
            if (c is '\n')
                builder.Append("\\n");
            else if (c is '\t')
                builder.Append("\\t");
            else if (char.IsControl(c))
                builder.Append("\\x").Append(((int)c).ToString("x2"));
            else
                builder.Append(c);
        }
        if (i < text.Length)
            builder.Append("... (").Append(text.Length).Append(" characters)");
        return builder.ToString();
    }

    /// <summary>The same of bytes that should be UTF-8; what is not becomes the replacement character.</summary>
    public static string Bytes(ReadOnlySpan<byte> utf8, int max)
    {
        bool cut = utf8.Length > max * 4;
        string text = Text(Encoding.UTF8.GetString(cut ? utf8[..(max * 4)] : utf8), max);
        return cut ? $"{text} of {utf8.Length} bytes" : text;
    }
}
