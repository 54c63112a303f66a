using FluentValidation;
using FluentValidation.Results;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>Where a <see cref="RuleSet{T}"/> tells what it finds.</summary>
/// <param name="failures">The result's failures.</param>
internal sealed class RuleFindings(List<ValidationFailure> failures)
{
    // More of one rule set in one object helps nobody; the limit keeps the cost of hostile input low.
    private const int Most = 120;

    /// <summary>Will nothing more be taken? Then messages need not be made.</summary>
    public bool IsFull => failures.Count >= Most;

    /// <summary>The plugin or the runtime certainly refuses this, or a boundary is crossed.</summary>
    public void Error(string rule, LocatedValue at, string message, string suggestion = "") => Add(Severity.Error, rule, at.Place, message, suggestion, null);

    /// <inheritdoc cref="Error(string, LocatedValue, string, string)"/>
    public void Error(string rule, Place at, string message, string suggestion = "", string? field = null) =>
        Add(Severity.Error, rule, at, message, suggestion, field);

    /// <summary>It works, but perhaps not as its author meant.</summary>
    public void Warning(string rule, LocatedValue at, string message, string suggestion = "") =>
        Add(Severity.Warning, rule, at.Place, message, suggestion, null);

    /// <inheritdoc cref="Warning(string, LocatedValue, string, string)"/>
    public void Warning(string rule, Place at, string message, string suggestion = "", string? field = null) =>
        Add(Severity.Warning, rule, at, message, suggestion, field);

    /// <summary>An error, or where <paramref name="isCertain"/> is false a warning.</summary>
    public void Report(bool isCertain, string rule, LocatedValue at, string message, string suggestion = "") =>
        Add(isCertain ? Severity.Error : Severity.Warning, rule, at.Place, message, suggestion, null);

    private void Add(Severity severity, string rule, Place at, string message, string suggestion, string? field)
    {
        if (IsFull)
            return;
        failures.Add(new ValidationFailure(at.Path, message)
        {
            ErrorCode = rule, Severity = severity, CustomState = new FindingDetail(at.Offset, suggestion, field),
        });
    }
}
