namespace MultiNet.Meta.CommandLine.Lint;

/// <summary>All findings, in the order of files and of places in them.</summary>
/// <param name="Findings">The findings.</param>
/// <param name="Files">How many files were read.</param>
/// <param name="Objects">How many objects the rules looked at.</param>
/// <param name="Skipped">Why rules were not applied, one line each.</param>
internal sealed record LintReport(IReadOnlyList<LintFinding> Findings, int Files, int Objects, IReadOnlyList<string> Skipped)
{
    /// <summary>How many errors there are.</summary>
    public int Errors => Findings.Count(found => found.Finding.IsError);

    /// <summary>How many warnings there are.</summary>
    public int Warnings => Findings.Count - Errors;
}
