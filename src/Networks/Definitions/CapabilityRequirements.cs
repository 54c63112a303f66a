using MultiNet.Cni;

namespace MultiNet.Networks;

/// <summary>
/// Does a network's chain have a plugin for everything that a pod asks of it? Where none declares the capability, the request would be lost
/// without a word; the standard demands that the attachment fails (NPWG v1.3, section 4.1.2.1).
/// </summary>
public static class CapabilityRequirements
{
    /// <summary>Finds requests that no plugin declares: rule POD-026, one error for each. <c>deviceID</c> needs no capability.</summary>
    /// <param name="element">What the pod asks for.</param>
    /// <param name="config">The network's configuration.</param>
    public static IReadOnlyList<Problem> Check(NetworkSelectionElement element, NetworkConfigList config)
    {
        var missing = new List<Problem>();
        Require(element.Ips.Count > 0, SelectionKeys.Ips, Capability.Ips);
        Require(element.Mac.Length > 0, SelectionKeys.Mac, Capability.Mac);
        Require(element.PortMappings.Count > 0, SelectionKeys.PortMappings, Capability.PortMappings);
        Require(element.Bandwidth is not null, SelectionKeys.Bandwidth, Capability.Bandwidth);
        Require(element.InfinibandGuid.Length > 0, SelectionKeys.InfinibandGuid, Capability.InfinibandGuid);
        return missing;

        void Require(bool asked, string key, string capability)
        {
            if (!asked || IsDeclared(config, capability))
                return;
            missing.Add(new Problem(
                ProblemSeverity.Error, "POD-026", element.Path.Length == 0 ? key : $"{element.Path}.{key}",
                $"\"{key}\" is asked for, but no plugin of network {config.Name} ({TypesOf(config)}) declares the capability "
                + $"\"{capability}\"; remove \"{key}\", "
                + $"or add \"capabilities\": {{\"{capability}\": true}} to the plugin that supports it"));
        }
    }

    /// <summary>Does any plugin of the chain declare the capability?</summary>
    public static bool IsDeclared(NetworkConfigList config, string capability)
    {
        foreach (var plugin in config.Plugins)
        {
            if (plugin.Declares(capability))
                return true;
        }
        return false;
    }

    private static string TypesOf(NetworkConfigList config)
    {
        var types = new List<string>(config.Plugins.Count);
        foreach (var plugin in config.Plugins)
            types.Add(plugin.Type);
        return string.Join(", ", types);
    }
}
