using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>Which rules count, and how. Plain data: a configuration file is read into it.</summary>
public sealed record ValidationPolicy
{
    /// <summary>The catalogue as it is.</summary>
    public static ValidationPolicy Standard { get; } = new();

    /// <summary>Rules whose warnings are errors in the strict profile: unknown keys, types and capabilities, requests that get lost, changes and deletions under pods.</summary>
    public static IReadOnlyList<string> StrictRules { get; } =
        ["MN-NAD-006", "MN-NAD-011", "MN-NAD-025", "MN-NAD-026", "MN-NAD-030", "MN-NAD-035", "MN-VL-002", "MN-PM-001", "MN-POD-002", "MN-POD-010", "MN-POD-022",
        "MN-UPD-002", "MN-UPD-003", "MN-DEL-001"];

    /// <summary>What holds for rules that <see cref="Rules"/> does not name.</summary>
    public PolicyProfile Profile { get; init; }

    /// <summary>Actions by rule id; they come before the profile.</summary>
    public IReadOnlyDictionary<string, RuleAction> Rules { get; init; } = new Dictionary<string, RuleAction>();

    /// <summary>The finding as the policy judges it; null where its rule is off.</summary>
    public Finding? Apply(Finding finding)
    {
        if (Rules.TryGetValue(finding.Rule, out var action))
        {
            return action switch
            {
                RuleAction.Off => null,
                RuleAction.Warn => finding with { Severity = ProblemSeverity.Warning },
                _ => finding with { Severity = ProblemSeverity.Error },
            };
        }
        return Profile switch
        {
            PolicyProfile.Audit => finding with { Severity = ProblemSeverity.Warning },
            PolicyProfile.Strict when StrictRules.Contains(finding.Rule) => finding with { Severity = ProblemSeverity.Error },
            _ => finding,
        };
    }
}
