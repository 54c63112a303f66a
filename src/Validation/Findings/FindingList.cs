using FluentValidation.Results;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>
/// Collects the findings about one object, under a policy. A hostile text of 256 KiB could break a rule in every second byte: errors and
/// warnings have a bound each, so that neither hides the other.
/// </summary>
/// <param name="policy">Which rules count, and how.</param>
internal sealed class FindingList(ValidationPolicy policy)
{
    private const int Most = 100;

    private readonly List<Finding> _errors = [];
    private readonly List<Finding> _warnings = [];
    private readonly List<string> _skipped = [];
    private int _droppedErrors, _droppedWarnings;

    /// <summary>Are there so many that further ones would only be counted?</summary>
    public bool IsFull => _errors.Count >= Most;

    /// <summary>Adds a finding, unless the policy switches its rule off.</summary>
    public void Add(Finding finding)
    {
        if (policy.Apply(finding) is not { } judged)
            return;
        var list = judged.IsError ? _errors : _warnings;
        if (list.Count < Most)
            list.Add(judged);
        else if (judged.IsError)
            _droppedErrors++;
        else
            _droppedWarnings++;
    }

    /// <summary>Adds what a parser of <see cref="Networks"/> found; its rules have the same numbers.</summary>
    /// <param name="problems">The problems.</param>
    /// <param name="field">The field in which the parsed text stands; null where the problems' paths begin with the field.</param>
    public void Add(IReadOnlyList<Problem> problems, string? field)
    {
        foreach (var problem in problems)
        {
            var (at, path) = field is null ? Split(problem.Path) : (field, problem.Path);
            Add(new Finding
            {
                Rule = "MN-" + problem.Rule, Severity = problem.Severity, Field = at, Path = path, Line = problem.Line, Column = problem.Column,
                Message = problem.Message,
            });
        }
    }

    /// <summary>Adds what a validator found in a text.</summary>
    /// <param name="result">The validator's result.</param>
    /// <param name="field">The field in which the text stands.</param>
    /// <param name="utf8">The text.</param>
    public void Add(ValidationResult result, string field, ReadOnlySpan<byte> utf8)
    {
        foreach (var failure in result.Errors)
        {
            var detail = (FindingDetail)failure.CustomState;
            var (line, column) = detail.Offset < 0 ? (0, 0) : ProblemList.LineAndColumn(utf8, detail.Offset);
            Add(new Finding
            {
                Rule = failure.ErrorCode,
                Severity = failure.Severity == FluentValidation.Severity.Error ? ProblemSeverity.Error : ProblemSeverity.Warning,
                Field = detail.Field ?? field,
                Path = failure.PropertyName,
                Line = line,
                Column = column,
                Message = failure.ErrorMessage,
                Suggestion = detail.Suggestion,
            });
        }
    }

    /// <summary>Says once why rules were not applied.</summary>
    public void Skip(string reason)
    {
        if (!_skipped.Contains(reason))
            _skipped.Add(reason);
    }

    /// <summary>The report.</summary>
    public ValidationReport ToReport()
    {
        var findings = new List<Finding>(_errors.Count + _warnings.Count + 1);
        findings.AddRange(_errors.OrderBy(finding => finding.Line).ThenBy(finding => finding.Column));
        findings.AddRange(_warnings.OrderBy(finding => finding.Line).ThenBy(finding => finding.Column));
        if (_droppedErrors + _droppedWarnings > 0)
        {
            findings.Add(new Finding
            {
                Rule = "MN-GEN-001", Severity = _droppedErrors > 0 ? ProblemSeverity.Error : ProblemSeverity.Warning,
                Message = $"{_droppedErrors + _droppedWarnings} more findings are not listed", Suggestion = "correct those that are, then look again",
            });
        }
        return new ValidationReport(findings, _skipped);
    }

    // "spec.config.plugins[0]" and "spec.config[0]" point into spec.config; every other path is a field of the object.
    private static (string Field, string Path) Split(string path)
    {
        const string Config = DefinitionSubject.ConfigField;
        if (!path.StartsWith(Config, StringComparison.Ordinal))
            return (path, "");
        return (Config, path[Config.Length..].TrimStart('.'));
    }
}
