using System.Text;

namespace MultiNet.Networks;

/// <summary>Foreign text inside a message: in quotes, on one line, of bounded length.</summary>
public static class Quoted
{
    private const int MaxLength = 60;

    /// <summary>At most 60 characters of a text.</summary>
    public static string Text(ReadOnlySpan<char> text)
    {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.Length; i++)
        {
            if (i == MaxLength)
            {
                quoted.Append("...");
                break;
            }
            char c = text[i];
            if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or '\ufeff')
                quoted.Append("\\u").Append(((int)c).ToString("x4"));
            else
                quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }
}
