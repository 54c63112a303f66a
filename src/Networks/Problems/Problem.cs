namespace MultiNet.Networks;

/// <summary>One thing that is wrong with an annotation, a definition or a file.</summary>
/// <param name="Severity">Is the input refused for it?</param>
/// <param name="Rule">The stable name of the rule, such as <c>POD-011</c>: what a policy switches on and off.</param>
/// <param name="Path">Where: <c>[1].ips[0]</c>, or <c>item 2</c> in the comma form; empty for the whole.</param>
/// <param name="Message">What was found, what is allowed, what to do. One line.</param>
/// <param name="Line">The line in the text, from 1; 0 where there is no text to point into.</param>
/// <param name="Column">The character in that line, from 1; 0 where there is no text to point into.</param>
public sealed record Problem(ProblemSeverity Severity, string Rule, string Path, string Message, int Line = 0, int Column = 0)
{
    /// <summary>Is the input refused for it?</summary>
    public bool IsError => Severity == ProblemSeverity.Error;

    /// <summary>Where it is, for people: <c>[1].ips[0] (line 1, column 30)</c>; empty where nothing is known.</summary>
    public string Where
    {
        get
        {
            string position = Line > 0 ? $"line {Line}, column {Column}" : "";
            if (Path.Length == 0)
                return position;
            return position.Length == 0 ? Path : $"{Path} ({position})";
        }
    }

    /// <summary><c>[1].ips[0] (line 1, column 30): what is wrong</c>.</summary>
    public override string ToString() => Where.Length == 0 ? Message : $"{Where}: {Message}";
}
