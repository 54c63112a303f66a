using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>A rule, as the documentation tells of it.</summary>
/// <param name="Id">Its stable id: <c>MN-BR-001</c>. Never given to another rule.</param>
/// <param name="Title">What it demands, in one line.</param>
/// <param name="Severity">The worst that it reports.</param>
/// <param name="Level">What must be known to judge.</param>
/// <param name="Explanation">Why: what would happen on the node.</param>
public sealed record Rule(string Id, string Title, ProblemSeverity Severity, RuleLevel Level, string Explanation)
{
    /// <summary>The group: <c>BR</c> of <c>MN-BR-001</c>.</summary>
    public string Group => Id.Split('-')[1];
}
