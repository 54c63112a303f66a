namespace MultiNet.Validation;

/// <summary>The workloads whose templates of pods name a network.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Named">The first few: <c>Deployment default/web</c>.</param>
/// <param name="Missing">What could not be looked at, and why; empty where these are all.</param>
public sealed record TemplateUse(int Count, IReadOnlyList<string> Named, string Missing = "");
