using MultiNet.Meta.Configuration;
using MultiNet.Meta.Sources;

namespace MultiNet.Meta.Planning;

/// <summary>Which definitions a plan will look up: known as soon as the pod is, so that all can be had in one go.</summary>
public static class WantedDefinitions
{
    /// <summary>Those that the configuration names for a pod of a namespace.</summary>
    public static IReadOnlyList<DefinitionReference> Configured(MetaConfig config, string podNamespace)
    {
        var wanted = new List<DefinitionReference>();
        // With a slash it is the path of a file.
        if (config.ClusterNetwork.Length > 0 && !config.ClusterNetwork.Contains('/'))
            Add(wanted, config.MultusNamespace, config.ClusterNetwork);
        if (config.SystemNamespaces.Contains(podNamespace))
            return wanted;
        foreach (string name in config.DefaultNetworks)
        {
            if (!name.Contains('/'))
                Add(wanted, config.MultusNamespace, name);
        }
        return wanted;
    }

    /// <summary>Those that a pod's annotations name.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="multusNamespace">The configuration's <c>multusNamespace</c>.</param>
    public static IReadOnlyList<DefinitionReference> Selected(Pod pod, string multusNamespace) =>
        Selected(PodSelections.Of(pod, ""), pod.Namespace, multusNamespace, static _ => true);

    /// <summary>Those that selections name.</summary>
    /// <param name="selections">What the pod asks for.</param>
    /// <param name="podNamespace">The pod's namespace.</param>
    /// <param name="multusNamespace">The configuration's <c>multusNamespace</c>.</param>
    /// <param name="mayUse">May the pod use definitions of a namespace? What it may not use is not asked for.</param>
    internal static IReadOnlyList<DefinitionReference> Selected(
        PodSelections selections, string podNamespace, string multusNamespace, Predicate<string> mayUse)
    {
        var wanted = new List<DefinitionReference>();
        // An annotation with a mistake is refused, whatever its definitions say.
        if (selections.Default is { IsValid: true, Element: { } network } && (network.Namespace is "" ? multusNamespace : network.Namespace) is var defaultNamespace && mayUse(defaultNamespace))
            Add(wanted, defaultNamespace, network.Name);
        if (selections.Networks is not { IsValid: true } networks)
            return wanted;
        foreach (var element in networks.Elements)
        {
            string @namespace = element.Namespace.Length > 0 ? element.Namespace : podNamespace;
            if (mayUse(@namespace))
                Add(wanted, @namespace, element.Name);
        }
        return wanted;
    }

    private static void Add(List<DefinitionReference> wanted, string @namespace, string name)
    {
        var definition = new DefinitionReference(@namespace, name);
        if (name.Length > 0 && !wanted.Contains(definition))
            wanted.Add(definition);
    }
}
