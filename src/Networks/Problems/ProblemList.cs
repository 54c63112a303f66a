namespace MultiNet.Networks;

/// <summary>Collects problems while a text is read, and finds the line and column for a place in it.</summary>
/// <param name="utf8">The text into which places point.</param>
/// <param name="prefix">Where the text itself stands, before every path: <c>spec.config</c>.</param>
public sealed class ProblemList(ReadOnlyMemory<byte> utf8 = default, string prefix = "")
{
    // A hostile text of 256 KiB could hold a problem every second byte.
    private const int MaxProblems = 100;

    private readonly List<Problem> _problems = [];
    private int _dropped;
    private ProblemSeverity _worstDropped;

    /// <summary>All problems in the order of their places; those of the whole text come first.</summary>
    public IReadOnlyList<Problem> ToList()
    {
        if (_problems.Count < 2)
            return _problems;
        var sorted = new List<Problem>(_problems.Count + 1);
        sorted.AddRange(_problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column));
        if (_dropped > 0)
        {
            sorted.Add(new Problem(
                _worstDropped, "GEN-001", "", $"{_dropped} more problems are not listed; correct those that are, then look again"));
        }
        return sorted;
    }

    /// <summary>Will further problems only be counted? Then their messages need no care.</summary>
    public bool IsFull => _problems.Count >= MaxProblems;

    /// <summary>Is there an error, listed or not?</summary>
    public bool HasErrors => _problems.HasErrors() || _worstDropped == ProblemSeverity.Error;

    /// <summary>Adds an error at a value.</summary>
    public void Error(string rule, LocatedValue at, string message) => Add(ProblemSeverity.Error, rule, at.Place, message);

    /// <summary>Adds a warning at a value.</summary>
    public void Warning(string rule, LocatedValue at, string message) => Add(ProblemSeverity.Warning, rule, at.Place, message);

    /// <summary>Adds an error.</summary>
    public void Error(string rule, Place at, string message) => Add(ProblemSeverity.Error, rule, at, message);

    /// <summary>Adds a warning.</summary>
    public void Warning(string rule, Place at, string message) => Add(ProblemSeverity.Warning, rule, at, message);

    private void Add(ProblemSeverity severity, string rule, Place at, string message)
    {
        if (IsFull)
        {
            _dropped++;
            if (severity > _worstDropped)
                _worstDropped = severity;
            return;
        }
        var (line, column) = at.Offset < 0 ? (0, 0) : LineAndColumn(utf8.Span, at.Offset);
        _problems.Add(new Problem(severity, rule, PathOf(at.Path), message, line, column));
    }

    private string PathOf(string path)
    {
        if (prefix.Length == 0 || path.Length == 0)
            return prefix + path;
        return path[0] == '[' ? prefix + path : $"{prefix}.{path}";
    }

    /// <summary>The line and the character in it, both from 1, of a byte of a text.</summary>
    public static (int Line, int Column) LineAndColumn(ReadOnlySpan<byte> utf8, int offset)
    {
        int line = 1, column = 1;
        var before = utf8[..Math.Min(offset, utf8.Length)];
        foreach (byte b in before)
        {
            if (b == (byte)'\n')
            {
                line++;
                column = 1;
            }
            else if ((b & 0xc0) != 0x80) // the bytes that continue a character do not count
            {
                column++;
            }
        }
        return (line, column);
    }
}
