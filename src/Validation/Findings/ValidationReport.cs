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
}
