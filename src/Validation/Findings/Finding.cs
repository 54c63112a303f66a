using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>One thing that is wrong with, or doubtful about, a definition or a pod.</summary>
public sealed record Finding
{
    /// <summary>The rule's stable id, such as <c>MN-BR-001</c>: what a policy switches on and off.</summary>
    public required string Rule { get; init; }

    /// <summary>Is the object refused for it?</summary>
    public required ProblemSeverity Severity { get; init; }

    /// <summary>
    /// The field of the object: <c>spec.config</c>, <c>metadata.name</c>, <c>metadata.annotations[k8s.v1.cni.cncf.io/networks]</c>; empty for
    /// the whole object.
    /// </summary>
    public string Field { get; init; } = "";

    /// <summary>Where in the field's text: <c>plugins[0].vlanId</c>, or <c>item 2</c> in the comma form; empty for the whole field.</summary>
    public string Path { get; init; } = "";

    /// <summary>The line in the field's text, from 1; 0 where the field is no text to point into.</summary>
    public int Line { get; init; }

    /// <summary>The character in that line, from 1; 0 where the field is no text to point into.</summary>
    public int Column { get; init; }

    /// <summary>What was found and what is allowed. One line, of bounded length.</summary>
    public required string Message { get; init; }

    /// <summary>What to do, such as <c>did you mean "vlanId"?</c>; empty where the message says it.</summary>
    public string Suggestion { get; init; } = "";

    /// <summary>Is the object refused for it?</summary>
    public bool IsError => Severity == ProblemSeverity.Error;

    /// <summary><c>spec.config.plugins[0].vlanId</c>.</summary>
    public string FullPath => Field.Length == 0 || Path.Length == 0 ? Field + Path : Path[0] == '[' ? Field + Path : $"{Field}.{Path}";

    /// <summary>The message and the suggestion.</summary>
    public string Text => Suggestion.Length == 0 ? Message : $"{Message}; {Suggestion}";

    /// <summary><c>MN-VL-002 spec.config.vlanId (line 1, column 30): what is wrong; what to do</c>.</summary>
    public override string ToString()
    {
        string position = Line > 0 ? $" (line {Line}, column {Column})" : "";
        return $"{Rule} {(FullPath.Length == 0 ? "" : FullPath + position + ": ")}{Text}";
    }
}
