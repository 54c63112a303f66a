namespace MultiNet.Validation;

/// <summary>What a <see cref="FluentValidation.Results.ValidationFailure"/> has no property for; its <c>CustomState</c>.</summary>
/// <param name="Offset">The byte in the text, or -1.</param>
/// <param name="Suggestion">What to do; empty where the message says it.</param>
/// <param name="Field">The field of the object where it is not the one that was validated.</param>
internal sealed record FindingDetail(int Offset, string Suggestion, string? Field = null);
