using System.Text.Json;

namespace MultiNet.Networks;

/// <summary>NAD-010: a plugin's type is the name of an executable, never a path.</summary>
internal sealed class PluginTypeRule : IDefinitionRule
{
    public void Check(DefinitionConfig config, ProblemList problems)
    {
        foreach (var plugin in config.Plugins)
        {
            var type = plugin.AnyCase("type");
            if (type is null)
            {
                // PluginListRule tells it of a configuration without a list.
                if (plugin != config.Root)
                    problems.Error("NAD-010", plugin, "\"type\" is missing; name the plugin, such as \"bridge\"");
            }
            else
            {
                CheckType(type, problems, "such as \"bridge\"");
            }
            if (plugin.AnyCase("ipam") is { Kind: JsonValueKind.Object } ipam && ipam.AnyCase("type") is { } ipamType)
                CheckType(ipamType, problems, "such as \"host-local\"");
        }
    }

    private static void CheckType(LocatedValue type, ProblemList problems, string example)
    {
        if (type.Kind != JsonValueKind.String || type.Text is not { } text)
            problems.Error("NAD-010", type, $"expected a plugin's name, {example}, found {type.Found}");
        else if (text.Length == 0)
            problems.Error("NAD-010", type, $"the plugin's name is empty; write one, {example}");
        else if (text is "." or ".." || !IsFileName(text))
        {
            problems.Error(
                "NAD-010", type,
                $"{Quoted.Text(text)} is no plugin's name: it must be the name of a file without path and white space, {example}");
        }
    }

    private static bool IsFileName(string text)
    {
        foreach (char c in text)
        {
            if (c is '/' or '\\' || char.IsWhiteSpace(c) || char.IsControl(c))
                return false;
        }
        return text.Length <= 255;
    }
}
