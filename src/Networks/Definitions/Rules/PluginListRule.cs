using System.Text.Json;

namespace MultiNet.Networks;

/// <summary>NAD-007, 008, 009: one plugin with a <c>type</c>, or a list of <c>plugins</c>.</summary>
internal sealed class PluginListRule : IDefinitionRule
{
    public void Check(DefinitionConfig config, ProblemList problems)
    {
        bool hasType = config.Root.AnyCase("type") is not null;
        if (config.PluginList is not { } list)
        {
            if (!hasType)
            {
                problems.Error(
                    "NAD-008", config.Root, "neither \"type\" nor \"plugins\" is there; name a plugin, such as \"type\": \"bridge\"");
            }
            return;
        }
        if (hasType)
            problems.Warning("NAD-007", config.Root.AnyCase("type")!, "both \"type\" and \"plugins\" are there; only one of them is used");
        if (list.Kind != JsonValueKind.Array)
        {
            problems.Error("NAD-009", list, $"expected a list of plugins, found {list.Found}");
            return;
        }
        if (list.Children.Count == 0)
            problems.Error("NAD-009", list, "the list of plugins is empty; add one");
        foreach (var plugin in list.Children)
        {
            if (plugin.Kind != JsonValueKind.Object)
                problems.Error("NAD-009", plugin, $"expected a plugin such as {{\"type\": \"bridge\"}}, found {plugin.Found}");
        }
    }
}
