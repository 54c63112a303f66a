using System.Text;

namespace MultiNet.Delegates.Tuning.Allowlist;

/// <summary>Compiles an expression of a <see cref="Pattern"/>: a recursive descent that writes the program as it reads.</summary>
internal sealed partial class PatternParser(string expression)
{
    // Go's limit for {n,m}; and one for what nested repetitions make of it.
    private const int LargestRepetition = 1000;
    private const int LargestProgram = 20_000;
    private const int DeepestNesting = 100;

    private readonly int[] _runes = ToRunes(expression);
    private int _at;
    private int _depth;
    private bool _ignoreCase;
    private bool _multiLine;
    private bool _dotMatchesLineEnd;

    /// <exception cref="FormatException">The expression is malformed, too large, or of a form that is not known here.</exception>
    public List<Instruction> Parse()
    {
        var program = Alternation();
        if (_at < _runes.Length)
            throw new FormatException("unexpected ): `" + expression + "`");
        program.Add(new Instruction(Operation.Match));
        return program;
    }

    private bool AtEnd => _at == _runes.Length;

    private int Current => _runes[_at];

    // Targets within a fragment count from its start, so that fragments can be joined and repeated; Append moves them.
    private List<Instruction> Alternation()
    {
        if (++_depth > DeepestNesting)
            throw new FormatException("expression nests too deeply");
        var left = Concatenation();
        while (!AtEnd && Current == '|')
        {
            _at++;
            var right = Concatenation();
            var both = new List<Instruction> { new(Operation.Split, 1, left.Count + 2) };
            Append(both, left);
            both.Add(new Instruction(Operation.Jump, left.Count + 2 + right.Count));
            Append(both, right);
            left = both;
        }
        _depth--;
        return left;
    }

    private List<Instruction> Concatenation()
    {
        var all = new List<Instruction>();
        while (!AtEnd && Current is not ('|' or ')'))
        {
            int start = _at;
            if (Literal() is { } quoted)
            {
                Append(all, quoted);
                continue;
            }
            var atom = Atom();
            if (atom is null)
                continue; // flags: they hold from here on
            Append(all, Repeated(atom, start));
        }
        return all;
    }

    private List<Instruction> Repeated(List<Instruction> atom, int start)
    {
        bool repeated = false;
        while (!AtEnd && Repetition() is { } times)
        {
            // Go refuses a** and a*+ ; a*? only prefers the shorter match, which does not matter here.
            if (repeated)
                throw new FormatException("invalid nested repetition operator: `" + Text(start) + "`");
            repeated = true;
            if (!AtEnd && Current == '?')
                _at++;
            atom = Repeat(atom, times.Least, times.Most);
        }
        return atom;
    }

    /// <summary>Reads * + ? {n} {n,} {n,m}; a brace that is none of these stands for itself.</summary>
    private (int Least, int? Most)? Repetition()
    {
        switch (Current)
        {
            case '*':
                _at++;
                return (0, null);
            case '+':
                _at++;
                return (1, null);
            case '?':
                _at++;
                return (0, 1);
            case '{':
                int start = _at++;
                int? least = Number(), most = least;
                if (least is not null && !AtEnd && Current == ',')
                {
                    _at++;
                    most = Number();
                    if (most is null && (AtEnd || Current != '}'))
                        least = null;
                }
                if (least is null || AtEnd || Current != '}')
                {
                    _at = start;
                    return null;
                }
                _at++;
                if (least > LargestRepetition || most > LargestRepetition || most < least)
                    throw new FormatException("invalid repeat count: `" + Text(start) + "`");
                return (least.Value, most);
            default:
                return null;
        }
    }

    private int? Number()
    {
        int start = _at, number = 0;
        while (!AtEnd && Current is >= '0' and <= '9')
        {
            number = Math.Min(number * 10 + (Current - '0'), LargestRepetition + 1);
            _at++;
        }
        return _at == start ? null : number;
    }

    private static List<Instruction> Repeat(List<Instruction> atom, int least, int? most)
    {
        var all = new List<Instruction>();
        for (int i = 0; i < least; i++)
            Append(all, atom);
        if (most is null)
        {
            // split -> atom -> back to split
            int split = all.Count;
            all.Add(new Instruction(Operation.Split, split + 1, split + 2 + atom.Count));
            Append(all, atom);
            all.Add(new Instruction(Operation.Jump, split));
            return all;
        }
        for (int i = least; i < most; i++)
        {
            var optional = new List<Instruction> { new(Operation.Split, 1, atom.Count + 1) };
            Append(optional, atom);
            Append(all, optional);
        }
        return all;
    }

    private List<Instruction>? Atom()
    {
        int rune = _runes[_at++];
        switch (rune)
        {
            case '(':
                return Group();
            case '[':
                return Single(BracketSet());
            case '.':
                return Single(_dotMatchesLineEnd ? CharacterSet.Any : CharacterSet.AnyButLineEnd);
            case '^':
                return [new Instruction(_multiLine ? Operation.LineStart : Operation.TextStart)];
            case '$':
                return [new Instruction(_multiLine ? Operation.LineEnd : Operation.TextEnd)];
            case '\\':
                return Escape();
            case '*' or '+' or '?':
                throw new FormatException("missing argument to repetition operator: `" + char.ConvertFromUtf32(rune) + "`");
            default:
                return Single(CharacterSet.Of(rune));
        }
    }

    private List<Instruction>? Group()
    {
        bool ignoreCase = _ignoreCase, multiLine = _multiLine, dotMatchesLineEnd = _dotMatchesLineEnd;
        int start = _at - 1;
        if (!AtEnd && Current == '?')
        {
            _at++;
            if (!ReadName() && Flags(start))
                return null;
        }
        var inside = Alternation();
        if (AtEnd || Current != ')')
            throw new FormatException("missing closing ): `" + expression + "`");
        _at++;
        (_ignoreCase, _multiLine, _dotMatchesLineEnd) = (ignoreCase, multiLine, dotMatchesLineEnd);
        return inside;
    }

    private static List<Instruction> SingleOf(CharacterSet set) => [new Instruction(Operation.Set, Set: set)];

    private List<Instruction> Single(CharacterSet set) => SingleOf(_ignoreCase ? set.FoldCase() : set);

    private static void Append(List<Instruction> all, List<Instruction> fragment)
    {
        int offset = all.Count;
        if (offset + fragment.Count > LargestProgram)
            throw new FormatException("expression too large");
        foreach (var instruction in fragment)
        {
            all.Add(instruction.Operation is Operation.Split or Operation.Jump
                ? instruction with { Target = instruction.Target + offset, Other = instruction.Other + offset }
                : instruction);
        }
    }

    private string Text(int start)
    {
        var text = new StringBuilder();
        for (int i = start; i < _at; i++)
            text.Append(char.ConvertFromUtf32(_runes[i]));
        return text.ToString();
    }

    private static int[] ToRunes(string text)
    {
        var runes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
            runes.Add(rune.Value);
        return [.. runes];
    }
}
