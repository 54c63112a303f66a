using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Networks;

/// <summary>
/// Does a network's chain have a plugin for everything that a pod asks of it? Where none declares the capability, the request would be lost
/// without a word; the standard demands that the attachment fails (NPWG v1.3, section 4.1.2.1).
/// </summary>
public static class CapabilityCheck
{
    /// <summary>Finds requests that no plugin declares: rule POD-026, one error for each. <c>deviceID</c> needs no capability.</summary>
    /// <param name="element">What the pod asks for.</param>
    /// <param name="network">The network's name, for messages.</param>
    /// <param name="plugins">The configurations of the chain's plugins.</param>
    public static IReadOnlyList<Problem> FindMissing(NetworkSelectionElement element, string network, IReadOnlyList<JsonFields> plugins)
    {
        var missing = new List<Problem>();
        Check(element.Ips.Count > 0, SelectionKeys.Ips, Capability.Ips);
        Check(element.Mac.Length > 0, SelectionKeys.Mac, Capability.Mac);
        Check(element.PortMappings.Count > 0, SelectionKeys.PortMappings, Capability.PortMappings);
        Check(element.Bandwidth is not null, SelectionKeys.Bandwidth, Capability.Bandwidth);
        Check(element.InfinibandGuid.Length > 0, SelectionKeys.InfinibandGuid, Capability.InfinibandGuid);
        return missing;

        void Check(bool asked, string key, string capability)
        {
            if (!asked || IsDeclared(plugins, capability))
                return;
            missing.Add(new Problem(
                ProblemSeverity.Error, "POD-026", element.Path.Length == 0 ? key : $"{element.Path}.{key}",
                $"\"{key}\" is asked for, but no plugin of network {network} ({TypesOf(plugins)}) declares the capability \"{capability}\"; "
                + $"remove \"{key}\", or add \"capabilities\": {{\"{capability}\": true}} to the plugin that supports it"));
        }
    }

    /// <summary>Does any plugin of the chain declare the capability?</summary>
    public static bool IsDeclared(IReadOnlyList<JsonFields> plugins, string capability)
    {
        foreach (var plugin in plugins)
        {
            if (plugin.TryGet("capabilities", out var capabilities) && IsTrue(capabilities, capability))
                return true;
        }
        return false;
    }

    // The object is a map in Go: its keys match exactly, its last duplicate wins. What is no object has been told elsewhere.
    private static bool IsTrue(JsonElement capabilities, string capability)
    {
        if (capabilities.ValueKind != JsonValueKind.Object)
            return false;
        bool declared = false;
        foreach (var member in capabilities.EnumerateObject())
        {
            try
            {
                if (member.NameEquals(capability))
                    declared = member.Value.ValueKind == JsonValueKind.True;
            }
            catch (InvalidOperationException)
            {
                // a name that is not valid Unicode names no capability
            }
        }
        return declared;
    }

    private static string TypesOf(IReadOnlyList<JsonFields> plugins)
    {
        var types = new List<string>(plugins.Count);
        foreach (var plugin in plugins)
        {
            try
            {
                types.Add(plugin.String("type"));
            }
            catch (CniException)
            {
                types.Add("?");
            }
        }
        return string.Join(", ", types);
    }
}
