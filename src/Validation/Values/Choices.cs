using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>Keys that take one of several words.</summary>
internal static class Choices
{
    /// <summary>Judges a word. Its letter case counts.</summary>
    /// <param name="value">The object.</param>
    /// <param name="key">The key.</param>
    /// <param name="rule">The rule's id.</param>
    /// <param name="allowed">The words.</param>
    /// <param name="findings">Where to tell.</param>
    /// <param name="emptyIsAbsent">Does an empty string count as absent?</param>
    public static void Check(LocatedValue value, string key, string rule, ReadOnlySpan<string> allowed, RuleFindings findings, bool emptyIsAbsent = true)
    {
        if (!value.TryText(key, out var at, out string text) || (emptyIsAbsent && text.Length == 0) || allowed.Contains(text))
            return;
        string words = string.Join(", ", allowed.ToArray());
        findings.Error(
            rule, at, $"{Quoted.Text(text)} is no \"{key}\"; allowed are {words}", EditDistance.Nearest(text, allowed) is { } nearest ? $"did you mean \"{nearest}\"?" : "");
    }
}
