namespace MultiNet.Networks;

/// <summary>NAD-006: keys given twice, and known keys in another letter case, which some readers of Go do not see.</summary>
internal sealed class DuplicateKeysRule : IDefinitionRule
{
    private static ReadOnlySpan<string> Known => new[]
    {
        "cniVersion", "cniVersions", "name", "type", "plugins", "disableCheck", "disableGC", "loadOnlyInlinedPlugins", "capabilities",
        "ipam",
    };

    public void Check(DefinitionConfig config, ProblemList problems)
    {
        CheckObject(config.Root, problems);
        foreach (var plugin in config.Plugins)
        {
            if (plugin != config.Root)
                CheckObject(plugin, problems);
        }
    }

    private static void CheckObject(LocatedValue value, ProblemList problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.Children)
        {
            string key = member.Key!;
            if (!seen.Add(key))
                problems.Warning("NAD-006", member, $"the key {Quoted.Text(key)} is there twice; the last one is used");
            foreach (string known in Known)
            {
                if (key != known && string.Equals(key, known, StringComparison.OrdinalIgnoreCase))
                {
                    problems.Warning(
                        "NAD-006", member, $"write {Quoted.Text(key)} as \"{known}\": not every reader takes another letter case");
                }
            }
        }
    }
}
