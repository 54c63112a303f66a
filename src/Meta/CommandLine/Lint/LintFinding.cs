using MultiNet.Meta.Sources.Manifests;
using MultiNet.Validation;

namespace MultiNet.Meta.CommandLine.Lint;

/// <summary>A finding with its place in a file.</summary>
/// <param name="Finding">What is wrong.</param>
/// <param name="Position">Where.</param>
/// <param name="Kind">The object's kind; empty for a file.</param>
/// <param name="Name">The object's namespace and name; empty for a file.</param>
internal sealed record LintFinding(Finding Finding, ManifestPosition Position, string Kind, string Name);
