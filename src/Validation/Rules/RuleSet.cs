using FluentValidation;
using FluentValidation.Results;

namespace MultiNet.Validation;

/// <summary>
/// The rules of one plugin or concern: a validator that tells everything that is wrong, each with the id of its rule.
/// </summary>
/// <remarks>
/// Rules are statements, not <c>RuleFor</c> expressions: those need System.Linq.Expressions, which would add 4 MiB to the executable
/// (docs/decisions/019-validators-without-expressions.md).
/// </remarks>
/// <typeparam name="T">What is judged.</typeparam>
internal abstract class RuleSet<T> : AbstractValidator<T>
{
    /// <inheritdoc/>
    public sealed override ValidationResult Validate(ValidationContext<T> context)
    {
        var result = new ValidationResult();
        Check(context.InstanceToValidate, new RuleFindings(result.Errors));
        return result;
    }

    /// <summary>Tells what is wrong. Never throws for what the subject holds.</summary>
    protected abstract void Check(T subject, RuleFindings findings);
}
