using System.Text;

namespace MultiNet.Delegates.Tuning.Allowlist;

/// <content>Escapes, classes, flags.</content>
internal sealed partial class PatternParser
{
    /// <summary>Reads \Q..\E: the text as it is.</summary>
    private List<Instruction>? Literal()
    {
        if (Current != '\\' || _at + 1 == _runes.Length || _runes[_at + 1] != 'Q')
            return null;
        _at += 2;
        var all = new List<Instruction>();
        while (!AtEnd && !(Current == '\\' && _at + 1 < _runes.Length && _runes[_at + 1] == 'E'))
            Append(all, Single(CharacterSet.Of(_runes[_at++])));
        if (!AtEnd)
            _at += 2;
        // What follows \E repeats the last character only.
        if (all.Count > 0 && !AtEnd && Current is '*' or '+' or '?' or '{')
        {
            var last = all[^1];
            all.RemoveAt(all.Count - 1);
            Append(all, Repeated([last], _at));
        }
        return all;
    }

    private List<Instruction> Escape()
    {
        if (AtEnd)
            throw new FormatException("trailing backslash at end of expression: ``");
        switch (Current)
        {
            case 'A':
                _at++;
                return [new Instruction(Operation.TextStart)];
            case 'z':
                _at++;
                return [new Instruction(Operation.TextEnd)];
            case 'b':
                _at++;
                return [new Instruction(Operation.WordBoundary)];
            case 'B':
                _at++;
                return [new Instruction(Operation.NoWordBoundary)];
        }
        if (PerlClass() is { } set)
            return Single(set);
        return Single(CharacterSet.Of(EscapedRune()));
    }

    /// <summary>Reads d D s S w W behind a backslash.</summary>
    private CharacterSet? PerlClass()
    {
        CharacterSet? set = (Current | 0x20) switch
        {
            'd' => new CharacterSet().Add('0', '9'),
            's' => new CharacterSet().Add('\t', '\n').Add('\f', '\r').Add(' ', ' '),
            'w' => new CharacterSet().Add('0', '9').Add('A', 'Z').Add('_', '_').Add('a', 'z'),
            _ => null,
        };
        if (set is null || Current > 127)
            return null;
        bool negated = Current < 'a';
        _at++;
        return negated ? set.Negate() : set;
    }

    private int EscapedRune()
    {
        int start = _at - 1, rune = _runes[_at++];
        switch (rune)
        {
            case 'a': return '\a';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'v': return '\v';
            case 'x': return Hexadecimal(start);
            // \1 to \7 alone would be a reference to a group, which RE2 does not have.
            case '0':
            case >= '1' and <= '7' when !AtEnd && Current is >= '0' and <= '7':
                int octal = rune - '0';
                for (int digits = 1; digits < 3 && !AtEnd && Current is >= '0' and <= '7'; digits++)
                    octal = octal * 8 + (_runes[_at++] - '0');
                return octal;
            case < 128 when !char.IsAsciiLetterOrDigit((char)rune):
                return rune;
            default:
                throw new FormatException("invalid escape sequence: `" + Text(start) + "`");
        }
    }

    private int Hexadecimal(int start)
    {
        bool braces = !AtEnd && Current == '{';
        if (braces)
            _at++;
        int value = 0, digits = 0;
        while (!AtEnd && Current < 128 && char.IsAsciiHexDigit((char)Current) && (braces || digits < 2) && value <= 0x10ffff)
        {
            value = value * 16 + Convert.ToInt32(char.ConvertFromUtf32(_runes[_at++]), 16);
            digits++;
        }
        bool closed = !braces || (!AtEnd && Current == '}');
        if (!closed || value > 0x10ffff || (braces ? digits == 0 : digits != 2))
            throw new FormatException("invalid escape sequence: `" + Text(start) + "`");
        if (braces)
            _at++;
        return value;
    }

    private CharacterSet BracketSet()
    {
        int start = _at - 1;
        var set = new CharacterSet();
        bool negated = !AtEnd && Current == '^';
        if (negated)
            _at++;
        for (bool first = true; AtEnd || Current != ']' || first; first = false)
        {
            if (AtEnd)
                throw new FormatException("missing closing ]: `" + Text(start) + "`");
            if (NamedClass(start) is { } named)
            {
                set.Add(named);
                continue;
            }
            if (Current == '\\' && _at + 1 < _runes.Length)
            {
                _at++;
                if (PerlClass() is { } perl)
                {
                    set.Add(perl);
                    continue;
                }
                _at--;
            }
            int low = BracketRune(start), high = low;
            if (_at + 1 < _runes.Length && Current == '-' && _runes[_at + 1] != ']')
            {
                _at++;
                high = BracketRune(start);
                if (high < low)
                    throw new FormatException("invalid character class range: `" + Text(start) + "`");
            }
            set.Add(low, high);
        }
        _at++;
        // The other case is added before the set is negated.
        if (_ignoreCase)
            set.FoldCase();
        return negated ? set.Negate() : set;
    }

    private int BracketRune(int start)
    {
        if (AtEnd)
            throw new FormatException("missing closing ]: `" + Text(start) + "`");
        int rune = _runes[_at++];
        if (rune != '\\')
            return rune;
        if (AtEnd)
            throw new FormatException("missing closing ]: `" + Text(start) + "`");
        return EscapedRune();
    }

    /// <summary>Reads [:name:] or [:^name:] within brackets.</summary>
    private CharacterSet? NamedClass(int start)
    {
        if (Current != '[' || _at + 1 >= _runes.Length || _runes[_at + 1] != ':')
            return null;
        int end = _at + 2;
        while (end + 1 < _runes.Length && !(_runes[end] == ':' && _runes[end + 1] == ']'))
            end++;
        if (end + 1 >= _runes.Length)
            return null;
        var name = new StringBuilder();
        for (int i = _at + 2; i < end; i++)
            name.Append(char.ConvertFromUtf32(_runes[i]));
        _at = end + 2;
        bool negated = name.Length > 0 && name[0] == '^';
        var set = new CharacterSet();
        _ = name.ToString(negated ? 1 : 0, name.Length - (negated ? 1 : 0)) switch
        {
            "alnum" => set.Add('0', '9').Add('A', 'Z').Add('a', 'z'),
            "alpha" => set.Add('A', 'Z').Add('a', 'z'),
            "ascii" => set.Add(0, 0x7f),
            "blank" => set.Add('\t', '\t').Add(' ', ' '),
            "cntrl" => set.Add(0, 0x1f).Add(0x7f, 0x7f),
            "digit" => set.Add('0', '9'),
            "graph" => set.Add('!', '~'),
            "lower" => set.Add('a', 'z'),
            "print" => set.Add(' ', '~'),
            "punct" => set.Add('!', '/').Add(':', '@').Add('[', '`').Add('{', '~'),
            "space" => set.Add('\t', '\r').Add(' ', ' '),
            "upper" => set.Add('A', 'Z'),
            "word" => set.Add('0', '9').Add('A', 'Z').Add('a', 'z').Add('_', '_'),
            "xdigit" => set.Add('0', '9').Add('A', 'F').Add('a', 'f'),
            _ => throw new FormatException("invalid character class range: `" + Text(start) + "`"),
        };
        return negated ? set.Negate() : set;
    }

    /// <summary>Reads P&lt;name&gt; or &lt;name&gt; behind (?; the name itself does not matter here.</summary>
    private bool ReadName()
    {
        int at = _at;
        if (!AtEnd && Current == 'P')
            _at++;
        if (AtEnd || Current != '<')
        {
            _at = at;
            return false;
        }
        int first = ++_at;
        while (!AtEnd && Current < 128 && (char.IsAsciiLetterOrDigit((char)Current) || Current == '_'))
            _at++;
        if (AtEnd || Current != '>' || _at == first)
            throw new FormatException("invalid named capture: `" + expression + "`");
        _at++;
        return true;
    }

    /// <summary>Reads the flags behind (? ; true where the group ends with them, so that they hold for what follows it.</summary>
    private bool Flags(int start)
    {
        bool on = true, any = false;
        while (!AtEnd)
        {
            int flag = _runes[_at++];
            switch (flag)
            {
                case 'i': _ignoreCase = on; any = true; break;
                case 'm': _multiLine = on; any = true; break;
                case 's': _dotMatchesLineEnd = on; any = true; break;
                case 'U': any = true; break; // which match is preferred does not matter here
                case '-' when on: on = false; any = false; break;
                case ')' when on || any: return true;
                case ':' when on || any: return false;
                default: throw new FormatException("invalid or unsupported Perl syntax: `" + Text(start) + "`");
            }
        }
        throw new FormatException("missing closing ): `" + expression + "`");
    }
}
