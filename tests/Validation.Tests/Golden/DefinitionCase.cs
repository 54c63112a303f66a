namespace MultiNet.Validation.Tests.Golden;

/// <summary>What a rule accepts, and what it does not: the first of <paramref name="Rejected"/> at least.</summary>
internal sealed record DefinitionCase(string Rule, DefinitionInput Accepted, params DefinitionInput[] Rejected)
{
    /// <summary>Not an error though the rule knows errors.</summary>
    public bool IsWarning { get; init; }

    public override string ToString() => Rule;
}
