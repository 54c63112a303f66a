using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-NAD-025 to 031, 035, 037: what holds for every plugin of a chain.</summary>
internal sealed class PluginValueRules : RuleSet<PluginSubject>
{
    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        if (KnownPlugins.TryGet(plugin.Type, out var rules))
        {
            KeyRules.Check(plugin.Value, rules.Keys, KeyTables.OfAnyPlugin, $"the plugin {plugin.Type}", findings, key => rules.IsExempt(plugin, key));
            CheckCapabilities(plugin, rules, findings);
            CheckIpamIsThere(plugin, rules, findings);
        }
        CheckIpam(plugin, findings);
        CheckTemplates(plugin.Value, findings);
    }

    private static void CheckCapabilities(PluginSubject plugin, PluginRules rules, RuleFindings findings)
    {
        KnownPlugins.TryGetIpam(plugin.IpamType, out var ipam);
        // An IPAM plugin of which nothing is known may have any.
        if (plugin.IpamType.Length > 0 && ipam is null)
            return;
        foreach (var capability in plugin.Value.ObjectOf("capabilities")?.Children ?? [])
        {
            string name = capability.Key!;
            if (capability.Kind != JsonValueKind.True || rules.Capabilities.Contains(name) || ipam?.Capabilities.Contains(name) == true
                || name is Capability.DeviceId or Capability.DeviceInfoFile || plugin.Type == "ipvlan" && name == Capability.Mac)
                continue;
            findings.Warning(
                "MN-NAD-025", capability, $"neither {plugin.Type}{(ipam is null ? "" : $" nor {ipam.Type}")} does anything with the capability {Quoted.Text(name)}",
                EditDistance.Nearest(name, [.. rules.Capabilities, .. ipam?.Capabilities ?? []]) is { } nearest ? $"did you mean \"{nearest}\"?" : "");
        }
    }

    private static void CheckIpamIsThere(PluginSubject plugin, PluginRules rules, RuleFindings findings)
    {
        // A value of another type is told elsewhere.
        if (plugin.IpamType.Length > 0 || plugin.Value.AnyCase("ipam") is { Kind: not JsonValueKind.Object } || plugin.Ipam?.AnyCase("type") is { Text: null })
            return;
        if (rules.RequiresIpam || (rules.Type == "ipvlan" && !plugin.IsChained))
            findings.Error("MN-NAD-027", plugin.Ipam ?? plugin.Value, $"{plugin.Type} needs an IPAM plugin", "write \"ipam\": {\"type\": \"host-local\", ...}");
        else if (plugin.Ipam is { Children.Count: > 0 } ipam)
            findings.Warning("MN-NAD-026", ipam, "\"ipam\" has no \"type\": no IPAM plugin runs, and the interface gets no address", "write \"type\": \"host-local\", or remove \"ipam\"");
    }

    private static void CheckIpam(PluginSubject plugin, RuleFindings findings)
    {
        if (plugin.Ipam is not { } ipam || !KnownPlugins.TryGetIpam(plugin.IpamType, out var rules))
            return;
        KeyRules.Check(ipam, rules.Keys, [], plugin.IpamType, findings);
        foreach (var subnet in SubnetsOf(ipam))
            CheckClusterNetworks(plugin.Definition.Options, subnet, findings);
    }

    private static IEnumerable<LocatedValue> SubnetsOf(LocatedValue ipam)
    {
        foreach (string key in (string[])["subnet", "range"])
        {
            if (ipam.AnyCase(key) is { } found)
                yield return found;
        }
        foreach (var set in ipam.ItemsOf("ranges"))
        {
            foreach (var range in set.Kind == JsonValueKind.Array ? set.Children : [])
            {
                if (range.Kind == JsonValueKind.Object && range.AnyCase("subnet") is { } found)
                    yield return found;
            }
        }
    }

    private static void CheckClusterNetworks(ValidationOptions options, LocatedValue at, RuleFindings findings)
    {
        if (options.ClusterNetworks.Count == 0 || !IPPrefix.TryParse(at.Text, out var subnet))
            return;
        foreach (var network in options.ClusterNetworks)
        {
            if (AddressSpan.Of(network).Overlaps(AddressSpan.Of(subnet)))
                findings.Warning("MN-NAD-037", at, $"{subnet} overlaps with {network}, a network of the cluster itself");
        }
    }

    private static void CheckTemplates(LocatedValue value, RuleFindings findings)
    {
        foreach (var child in value.Children)
        {
            if (findings.IsFull)
                return;
            if (child.Kind is JsonValueKind.Object or JsonValueKind.Array)
                CheckTemplates(child, findings);
            else if (child.Text is { } text && (text.Contains("${", StringComparison.Ordinal) || text.Contains("{{", StringComparison.Ordinal)))
                findings.Warning("MN-NAD-035", child, $"{Quoted.Text(text)} looks like a template that was not filled in");
        }
    }
}
