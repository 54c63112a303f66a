using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>What the rules say of one object, after policy.</summary>
/// <param name="Findings">Errors before warnings, each in the order of their places. Bounded: what is more is only counted (MN-GEN-001).</param>
/// <param name="Skipped">Why rules were not applied that need to know the cluster, one line each.</param>
public sealed record ValidationReport(IReadOnlyList<Finding> Findings, IReadOnlyList<string> Skipped)
{
    /// <summary>May the object pass?</summary>
    public bool IsAllowed
    {
        get
        {
            foreach (var finding in Findings)
            {
                if (finding.IsError)
                    return false;
            }
            return true;
        }
    }

    /// <summary>The same, and nothing is refused.</summary>
    internal ValidationReport AsWarnings()
    {
        var findings = new List<Finding>(Findings.Count);
        foreach (var finding in Findings)
            findings.Add(finding with { Severity = ProblemSeverity.Warning });
        return this with { Findings = findings };
    }

    /// <summary>This and another report about the same object, errors before warnings.</summary>
    internal ValidationReport And(ValidationReport other)
    {
        var findings = new List<Finding>(Findings.Count + other.Findings.Count);
        foreach (bool errors in (ReadOnlySpan<bool>)[true, false])
        {
            foreach (var report in (ReadOnlySpan<ValidationReport>)[this, other])
            {
                foreach (var finding in report.Findings)
                {
                    if (finding.IsError == errors)
                        findings.Add(finding);
                }
            }
        }
        var skipped = new List<string>(Skipped);
        foreach (string reason in other.Skipped)
        {
            if (!skipped.Contains(reason))
                skipped.Add(reason);
        }
        return new ValidationReport(findings, skipped);
    }
}
