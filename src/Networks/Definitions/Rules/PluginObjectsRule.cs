using System.Text.Json;

namespace MultiNet.Networks;

/// <summary>NAD-026, 028, 029: objects that every plugin may have, and keys that are the runtime's.</summary>
internal sealed class PluginObjectsRule : IDefinitionRule
{
    public void Check(DefinitionConfig config, ProblemList problems)
    {
        foreach (var plugin in config.Plugins)
        {
            CheckObject("NAD-026", plugin.AnyCase("ipam"), problems);
            // Multus dies on "args" of another type.
            if (CheckObject("NAD-029", plugin.AnyCase("args"), problems) is { } args)
                CheckObject("NAD-029", args.AnyCase("cni"), problems);
            foreach (var member in plugin.Children)
            {
                if (member.Key is "runtimeConfig" or "prevResult" || member.Key!.StartsWith("cni.dev/", StringComparison.Ordinal))
                    problems.Warning("NAD-028", member, $"the key {Quoted.Text(member.Key)} is set by the runtime; remove it");
            }
        }
    }

    private static LocatedValue? CheckObject(string rule, LocatedValue? value, ProblemList problems)
    {
        if (value is null || value.Kind == JsonValueKind.Object)
            return value;
        problems.Error(rule, value, $"expected an object, found {value.Found}");
        return null;
    }
}
