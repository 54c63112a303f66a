namespace MultiNet.Validation.Tests.Golden;

/// <summary>What a rule for changes and deletions accepts and what it does not: each a review.</summary>
internal sealed record LifecycleCase(string Rule, Func<ValidationReport> Accepted, params Func<ValidationReport>[] Rejected)
{
    public bool IsWarning { get; init; }

    public override string ToString() => Rule;
}
