using System.Text.Json;

namespace MultiNet.Networks;

/// <summary>NAD-024, 025: a plugin's <c>capabilities</c>.</summary>
internal sealed class CapabilitiesRule : IDefinitionRule
{
    private static ReadOnlySpan<string> Known => new[]
    {
        Capability.PortMappings, Capability.Bandwidth, Capability.Ips, Capability.Mac, Capability.InfinibandGuid, Capability.DeviceId,
        Capability.DeviceInfoFile, "ipRanges", "dns", "aliases", "cgroupPath",
    };

    public void Check(DefinitionConfig config, ProblemList problems)
    {
        foreach (var plugin in config.Plugins)
        {
            if (plugin.AnyCase("capabilities") is not { } capabilities)
                continue;
            if (capabilities.Kind != JsonValueKind.Object)
            {
                problems.Error("NAD-024", capabilities, $"expected an object such as {{\"mac\": true}}, found {capabilities.Found}");
                continue;
            }
            foreach (var capability in capabilities.Children)
            {
                if (capability.Kind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null))
                    problems.Error("NAD-024", capability, $"expected true or false, found {capability.Found}");
                if (!Known.Contains(capability.Key!) && EditDistance.Nearest(capability.Key!, Known) is { } nearest)
                {
                    problems.Warning(
                        "NAD-025", capability, $"the capability {Quoted.Text(capability.Key!)} is unknown; is \"{nearest}\" meant?");
                }
            }
        }
    }
}
