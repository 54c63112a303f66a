namespace MultiNet.Delegates.Tuning.Allowlist;

/// <summary>
/// <para>A regular expression in the syntax of Go's regexp (RE2), which the allowlist is written in, matched in time linear to the text.</para>
/// <para>
/// .NET's Regex differs in syntax (<c>\z</c>, <c>(?P&lt;n&gt;)</c>, <c>[[:alpha:]]</c>, <c>\Q..\E</c>), can take exponential time and
/// makes the executable a megabyte larger. What is not known here (<c>\p{..}</c>, <c>\C</c>) is refused, never read as something else.
/// </para>
/// </summary>
internal sealed class Pattern
{
    private readonly List<Instruction> _program;

    private Pattern(List<Instruction> program) => _program = program;

    /// <summary>Compiles an expression.</summary>
    /// <exception cref="FormatException">It is malformed, too large, or of a form that is not known here.</exception>
    public static Pattern Parse(string expression)
    {
        var program = new PatternParser(expression).Parse();
        return new Pattern(program);
    }

    /// <summary>Does it match any part of the text?</summary>
    public bool IsFoundIn(string text)
    {
        var runes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
            runes.Add(rune.Value);
        var current = new List<int>();
        var next = new List<int>();
        // Per state, the last position at which it was reached: each is followed once per position.
        int[] reached = new int[_program.Count];
        Array.Fill(reached, -1);
        for (int position = 0; ; position++)
        {
            // Not anchored: a match may begin anywhere.
            if (Follow(0, position, runes, current, reached))
                return true;
            if (position == runes.Count)
                return false;
            next.Clear();
            foreach (int state in current)
            {
                if (_program[state].Set!.Contains(runes[position]) && Follow(state + 1, position + 1, runes, next, reached))
                    return true;
            }
            (current, next) = (next, current);
        }
    }

    /// <summary>Adds the states that consume a character, reachable from a state without one; true where the end is reachable.</summary>
    private bool Follow(int start, int position, List<int> runes, List<int> states, int[] reached)
    {
        var pending = new Stack<int>();
        pending.Push(start);
        while (pending.TryPop(out int state))
        {
            if (reached[state] == position)
                continue;
            reached[state] = position;
            var instruction = _program[state];
            switch (instruction.Operation)
            {
                case Operation.Match:
                    return true;
                case Operation.Set:
                    states.Add(state);
                    break;
                case Operation.Split:
                    pending.Push(instruction.Other);
                    pending.Push(instruction.Target);
                    break;
                case Operation.Jump:
                    pending.Push(instruction.Target);
                    break;
                default:
                    if (Holds(instruction.Operation, position, runes))
                        pending.Push(state + 1);
                    break;
            }
        }
        return false;
    }

    private static bool Holds(Operation assertion, int position, List<int> runes)
    {
        switch (assertion)
        {
            case Operation.TextStart:
                return position == 0;
            case Operation.TextEnd:
                return position == runes.Count;
            case Operation.LineStart:
                return position == 0 || runes[position - 1] == '\n';
            case Operation.LineEnd:
                return position == runes.Count || runes[position] == '\n';
            default:
                bool before = position > 0 && IsWord(runes[position - 1]), after = position < runes.Count && IsWord(runes[position]);
                return before != after == (assertion == Operation.WordBoundary);
        }
    }

    private static bool IsWord(int rune) => rune < 128 && (char.IsAsciiLetterOrDigit((char)rune) || rune == '_');
}
