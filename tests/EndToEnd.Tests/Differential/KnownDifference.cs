using System.Text.RegularExpressions;

namespace MultiNet.EndToEnd.Tests.Differential;

/// <summary>Facts in which MultiNet differs from the reference plugins on purpose. docs/differences.md says the same to users.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Lines">The facts, as a regular expression for a line of a <see cref="Kernel.KernelState"/> or a result.</param>
internal sealed record KnownDifference(string Reason, string Lines)
{
    private static readonly IReadOnlyList<KnownDifference> All = [];

    /// <summary>The facts that must be equal.</summary>
    public static IEnumerable<string> Without(IEnumerable<string> lines) =>
        lines.Where(line => !All.Any(known => Regex.IsMatch(line, known.Lines, RegexOptions.NonBacktracking)));
}
