using System.Text.Json;

namespace MultiNet.Networks;

/// <summary>A definition with its configuration parsed, as the rules look at it.</summary>
internal sealed class DefinitionConfig
{
    public DefinitionConfig(NetworkAttachmentDefinition definition, LocatedValue root)
    {
        Definition = definition;
        Root = root;
        PluginList = root.AnyCase("plugins");
        var plugins = new List<LocatedValue>();
        if (PluginList is null)
            plugins.Add(root);
        else if (PluginList.Kind == JsonValueKind.Array)
            plugins.AddRange(PluginList.Children);
        plugins.RemoveAll(plugin => plugin.Kind != JsonValueKind.Object);
        Plugins = plugins;
    }

    public NetworkAttachmentDefinition Definition { get; }

    /// <summary>The configuration's top level, an object.</summary>
    public LocatedValue Root { get; }

    /// <summary>The value of <c>plugins</c>, of whatever type; null where the configuration is that of a single plugin.</summary>
    public LocatedValue? PluginList { get; }

    /// <summary>Every plugin that is an object: those of the list, or the top level itself.</summary>
    public IReadOnlyList<LocatedValue> Plugins { get; }
}
