namespace MultiNet.Delegates.Tuning.Allowlist;

/// <summary>A set of characters: ranges, or everything but them.</summary>
internal sealed class CharacterSet
{
    private readonly List<(int First, int Last)> _ranges = [];
    private bool _negated;

    /// <summary>Every character.</summary>
    public static CharacterSet Any => new CharacterSet().Add(0, 0x10ffff);

    /// <summary>Every character but the line end.</summary>
    public static CharacterSet AnyButLineEnd => new CharacterSet().Add('\n', '\n').Negate();

    public static CharacterSet Of(int rune) => new CharacterSet().Add(rune, rune);

    public CharacterSet Add(int first, int last)
    {
        _ranges.Add((first, last));
        return this;
    }

    public CharacterSet Negate()
    {
        _negated = !_negated;
        return this;
    }

    public bool Contains(int rune)
    {
        foreach (var (first, last) in _ranges)
        {
            if (rune >= first && rune <= last)
                return !_negated;
        }
        return _negated;
    }

    /// <summary>Adds the characters of a set, also of a negated one.</summary>
    public CharacterSet Add(CharacterSet other)
    {
        if (!other._negated)
        {
            _ranges.AddRange(other._ranges);
            return this;
        }
        var sorted = new List<(int First, int Last)>(other._ranges);
        sorted.Sort();
        int next = 0;
        foreach (var (first, last) in sorted)
        {
            if (first > next)
                Add(next, first - 1);
            next = Math.Max(next, last + 1);
        }
        return next <= 0x10ffff ? Add(next, 0x10ffff) : this;
    }

    /// <summary>Adds the other case of every ASCII letter in it.</summary>
    public CharacterSet FoldCase()
    {
        foreach (var (first, last) in _ranges.ToArray())
        {
            AddShifted(Math.Max(first, 'a'), Math.Min(last, 'z'), 'A' - 'a');
            AddShifted(Math.Max(first, 'A'), Math.Min(last, 'Z'), 'a' - 'A');
        }
        return this;
    }

    private void AddShifted(int first, int last, int shift)
    {
        if (first <= last)
            Add(first + shift, last + shift);
    }
}
