using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>A definition with its configuration read, as rules look at it.</summary>
internal sealed class DefinitionSubject
{
    /// <summary>The field in which the configuration stands.</summary>
    public const string ConfigField = "spec.config";

    public DefinitionSubject(NetworkAttachmentDefinition definition, LocatedValue root, ValidationOptions options, IClusterKnowledge? cluster)
    {
        Definition = definition;
        Root = root;
        Options = options;
        Cluster = cluster;
        var list = root.AnyCase("plugins");
        var plugins = new List<PluginSubject>();
        if (list is null)
            plugins.Add(new PluginSubject(this, root, 0));
        for (int i = 0; list is { Kind: JsonValueKind.Array } && i < list.Children.Count; i++)
        {
            if (list.Children[i].Kind == JsonValueKind.Object)
                plugins.Add(new PluginSubject(this, list.Children[i], i));
        }
        Plugins = plugins;
    }

    public NetworkAttachmentDefinition Definition { get; }

    /// <summary>The configuration's top level, an object.</summary>
    public LocatedValue Root { get; }

    public ValidationOptions Options { get; }

    /// <summary>What is known of the cluster; null where nothing is.</summary>
    public IClusterKnowledge? Cluster { get; }

    /// <summary>Every plugin that is an object: those of the list, or the top level itself.</summary>
    public IReadOnlyList<PluginSubject> Plugins { get; }

    /// <summary>The network's name as the plugins get it.</summary>
    public string NetworkName => Root.TextOf("name") is { Length: > 0 } name ? name : Definition.Name;

    /// <summary>Is the version in which plugins are called at least this one? Of several the newest that is spoken here counts.</summary>
    public bool IsVersionAtLeast(string version)
    {
        if (CniVersion.AtLeast(CniVersion.OrDefault(Root.TextOf("cniVersion")), version))
            return true;
        foreach (var item in Root.ItemsOf("cniVersions"))
        {
            if (item.Text is { } text && CniVersion.IsKnown(text) && CniVersion.AtLeast(text, version))
                return true;
        }
        return false;
    }
}
