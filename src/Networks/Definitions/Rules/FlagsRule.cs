using System.Text.Json;

namespace MultiNet.Networks;

/// <summary>NAD-016, 017: the flags of a list.</summary>
internal sealed class FlagsRule : IDefinitionRule
{
    public void Check(DefinitionConfig config, ProblemList problems)
    {
        foreach (string key in (ReadOnlySpan<string>)["disableCheck", "disableGC", "loadOnlyInlinedPlugins"])
        {
            if (config.Root.AnyCase(key) is not { } flag)
                continue;
            if (!IsFlag(flag))
                problems.Error("NAD-016", flag, $"expected true or false, found {flag.Found}");
            else if (key == "loadOnlyInlinedPlugins")
                problems.Warning("NAD-017", flag, "has no effect here: plugins are loaded from a folder only for configurations on disk");
        }
    }

    private static bool IsFlag(LocatedValue flag) =>
        flag.Kind is JsonValueKind.True or JsonValueKind.False
        || string.Equals(flag.Text, "true", StringComparison.OrdinalIgnoreCase)
        || string.Equals(flag.Text, "false", StringComparison.OrdinalIgnoreCase);
}
