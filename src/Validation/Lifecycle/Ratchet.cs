using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>
/// Lets an object pass that was wrong before: what the old one had already, too, does not refuse the new one. Whoever adds a label, or a
/// controller that removes a finalizer, is not held up by what somebody else wrote.
/// </summary>
public static class Ratchet
{
    // The sum of all that is not listed: it cannot be compared.
    private const string Rest = "MN-GEN-001";

    /// <summary>The findings about the new object, with warnings for errors that the old one had as often.</summary>
    /// <param name="now">The new object's.</param>
    /// <param name="before">The old object's, judged by the same rules.</param>
    public static ValidationReport Apply(ValidationReport now, ValidationReport before)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(before);
        if (now.IsAllowed || before.IsAllowed)
            return now;
        var had = new Dictionary<(string, string, string), int>();
        foreach (var finding in before.Findings)
        {
            if (finding.IsError)
                had[KeyOf(finding)] = had.GetValueOrDefault(KeyOf(finding)) + 1;
        }
        var errors = new List<Finding>();
        var warnings = new List<Finding>();
        foreach (var finding in now.Findings)
        {
            if (!finding.IsError)
            {
                warnings.Add(finding);
            }
            else if (had.TryGetValue(KeyOf(finding), out int times) && times > 0)
            {
                had[KeyOf(finding)] = times - 1;
                warnings.Add(finding with { Severity = ProblemSeverity.Warning });
            }
            else
            {
                errors.Add(finding);
            }
        }
        return now with { Findings = [.. errors, .. warnings] };
    }

    // Not the place: it moves when something is put before it. Messages quote what is wrong.
    private static (string Rule, string Field, string Message) KeyOf(Finding finding) =>
        (finding.Rule, finding.Field, finding.Rule == Rest ? "" : finding.Message);
}
