using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-NAD-011 to 013, 021 to 023: which plugins stand in the chain, and in which order.</summary>
internal sealed class ChainRules : RuleSet<DefinitionSubject>
{
    private static readonly string[] s_metaPlugins = ["multus", "multus-shim", "genie", "danm"];

    protected override void Check(DefinitionSubject subject, RuleFindings findings)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var plugin in subject.Plugins)
        {
            if (findings.IsFull)
                return;
            if (plugin.Type.Length == 0)
                continue;
            var at = plugin.Value.AnyCase("type")!;
            CheckType(subject.Options, plugin.Type, at, isIpam: false, findings);
            if (plugin.IpamType.Length > 0)
                CheckType(subject.Options, plugin.IpamType, plugin.Ipam!.AnyCase("type")!, isIpam: true, findings);
            CheckPlace(plugin, at, findings);
            if (!seen.Add(plugin.Type))
                findings.Warning("MN-NAD-023", at, $"{Quoted.Text(plugin.Type)} stands in the chain twice");
        }
    }

    private static void CheckType(ValidationOptions options, string type, LocatedValue at, bool isIpam, RuleFindings findings)
    {
        if (options.DeniedPlugins.Contains(type) || (options.AllowedPlugins.Count > 0 && !options.AllowedPlugins.Contains(type)))
            findings.Error("MN-NAD-012", at, $"the plugin {Quoted.Text(type)} is not allowed here", options.AllowedPlugins.Count > 0 ? $"allowed are {string.Join(", ", options.AllowedPlugins)}" : "");
        if (type == "multinet")
            findings.Error("MN-NAD-013", at, "a network of MultiNet cannot be MultiNet itself", "name the plugin that makes the interface, such as \"bridge\"");
        else if (Array.IndexOf(s_metaPlugins, type) >= 0)
            findings.Warning("MN-NAD-013", at, $"{Quoted.Text(type)} is itself a plugin for several networks");
        else if (!IsKnown(type, isIpam) && !options.KnownPlugins.Contains(type))
            Unknown(type, at, findings);
    }

    private static bool IsKnown(string type, bool isIpam) =>
        KnownPlugins.IsName(type) || (isIpam ? KnownPlugins.TryGetIpam(type, out _) : KnownPlugins.TryGet(type, out _));

    private static void Unknown(string type, LocatedValue at, RuleFindings findings) => findings.Warning(
        "MN-NAD-011", at, $"the plugin {Quoted.Text(type)} is not known here: its keys are not checked, and nodes must have it",
        EditDistance.Nearest(type, KnownPlugins.Names()) is { } nearest && nearest != type ? $"did you mean \"{nearest}\"?" : "");

    private static void CheckPlace(PluginSubject plugin, LocatedValue at, RuleFindings findings)
    {
        if (!KnownPlugins.TryGet(plugin.Type, out var rules))
            return;
        if (rules.Role == PluginRole.Chained && !plugin.IsChained)
            findings.Error("MN-NAD-021", at, $"{plugin.Type} changes what an earlier plugin made: it cannot be the first", "put the plugin that makes the interface before it, in \"plugins\"");
        else if (rules.Role == PluginRole.Interface && plugin.Index > 0)
            findings.Warning("MN-NAD-022", at, $"{plugin.Type} makes an interface of its own; it belongs at the beginning of the chain");
    }
}
