namespace MultiNet.Validation;

/// <summary>What rules ask of a namespace.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsTerminating">Is it being deleted, with all that is in it?</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Annotations">Its annotations.</param>
public sealed record NamespaceFacts(string Name, bool IsTerminating, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations);
