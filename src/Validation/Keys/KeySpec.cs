namespace MultiNet.Validation;

/// <summary>A key that a plugin reads.</summary>
/// <param name="Name">Its name; Go matches it in any letter case.</param>
/// <param name="Shape">What it takes.</param>
/// <param name="Members">The keys of the object, or of each object of the array; null where they are data or anything.</param>
internal sealed record KeySpec(string Name, Shape Shape, IReadOnlyList<KeySpec>? Members = null);
