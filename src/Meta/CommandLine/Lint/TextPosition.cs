using System.Globalization;
using MultiNet.Meta.Sources.Manifests;

namespace MultiNet.Meta.CommandLine.Lint;

/// <summary>
/// Finds a place of a string's text in the file that holds the string: in JSON, and in each of YAML's five styles. Styles differ in white
/// space and escapes only, so the characters that are neither are counted.
/// </summary>
internal static class TextPosition
{
    /// <summary>The place in the file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="node">The string.</param>
    /// <param name="line">The line in the string's text, from 1.</param>
    /// <param name="column">The character in that line, from 1; one outside of the Basic Multilingual Plane counts once.</param>
    public static ManifestPosition Find(LintSource source, ManifestNode node, int line, int column)
    {
        int index = StartOf(source, node);
        if (index < 0)
            return node.Position;
        int wanted = SolidBefore(node.Text, line, column);
        var walker = new Walker(source.Text, index, source.IsJson);
        return walker.Skip(wanted) is { } found ? PositionOf(source, found) : node.Position;
    }

    // The string's first character in the file: a quotation mark, '|' or '>', or its first letter.
    private static int StartOf(LintSource source, ManifestNode node)
    {
        string text = source.Text;
        int index = 0;
        for (int line = 1; line < node.Position.Line; line++)
        {
            index = text.IndexOf('\n', index) + 1;
            if (index == 0)
                return -1;
        }
        int column = node.Position.Column - 1;
        if (source.IsJson)
            column = CharactersIn(text.AsSpan(index), column);
        index += column;
        // An anchor and a tag stand before the string.
        while (!source.IsJson && index < text.Length && text[index] is '&' or '!')
        {
            while (index < text.Length && !char.IsWhiteSpace(text[index]))
                index++;
            while (index < text.Length && char.IsWhiteSpace(text[index]))
                index++;
        }
        return index < text.Length ? index : -1;
    }

    private static int CharactersIn(ReadOnlySpan<char> text, int bytes)
    {
        int index = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes <= 0)
                break;
            bytes -= rune.Utf8SequenceLength;
            index += rune.Utf16SequenceLength;
        }
        return index;
    }

    private static int SolidBefore(string text, int line, int column)
    {
        int solid = 0, atLine = 1, atColumn = 1;
        foreach (char c in text)
        {
            if (atLine > line || (atLine == line && atColumn >= column))
                break;
            if (c == '\n')
            {
                atLine++;
                atColumn = 1;
                continue;
            }
            if (!char.IsLowSurrogate(c))
                atColumn++;
            if (!char.IsWhiteSpace(c))
                solid++;
        }
        return solid;
    }

    private static ManifestPosition PositionOf(LintSource source, int index)
    {
        int line = 1, start = 0;
        for (int i = 0; i < index; i++)
        {
            if (source.Text[i] == '\n')
            {
                line++;
                start = i + 1;
            }
        }
        return new ManifestPosition(source.Name, line, index - start + 1);
    }

    private ref struct Walker
    {
        private readonly string _text;
        private readonly bool _isJson;
        private readonly char _style;
        private int _index;

        public Walker(string text, int start, bool isJson)
        {
            _text = text;
            _isJson = isJson;
            _style = isJson ? '"' : text[start];
            _index = start;
            if (_style is '"' or '\'')
                _index++;
            else if (_style is '|' or '>')
                _index = text.IndexOf('\n', start) + 1 is > 0 and var next ? next : text.Length;
        }

        // The place of the character behind so many that are no white space.
        public int? Skip(int solid)
        {
            while (_index < _text.Length)
            {
                int at = _index;
                if (_style is '"' or '\'' && _text[at] == _style && !(_style == '\'' && at + 1 < _text.Length && _text[at + 1] == '\''))
                    return at;
                int units = Next();
                if (units > 0 && solid == 0)
                    return at;
                solid -= units;
                if (solid < 0)
                    return at;
            }
            return _text.Length > 0 ? _text.Length - 1 : null;
        }

        // How many characters that are no white space the next one stands for.
        private int Next()
        {
            char c = _text[_index++];
            if (_style == '\'' && c == '\'')
                _index++;
            if (_style != '"' || c != '\\' || _index >= _text.Length)
                return char.IsWhiteSpace(c) ? 0 : 1;
            char escape = _text[_index++];
            return escape switch
            {
                'u' => Escaped(4),
                'x' when !_isJson => Escaped(2),
                'U' when !_isJson => Escaped(8),
                'n' or 't' or 'r' or 'f' or 'v' or ' ' or '\n' or '\r' or 'N' or '_' or 'L' or 'P' or '\t' => 0,
                _ => 1,
            };
        }

        private int Escaped(int digits)
        {
            if (_index + digits > _text.Length || !uint.TryParse(_text.AsSpan(_index, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code))
                return 1;
            _index += digits;
            return code > char.MaxValue ? 2 : char.IsWhiteSpace((char)code) ? 0 : 1;
        }
    }
}
