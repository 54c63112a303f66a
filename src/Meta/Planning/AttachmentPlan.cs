using System.Net;
using MultiNet.Cni;
using MultiNet.Meta.Sources;

namespace MultiNet.Meta.Planning;

/// <summary>
/// What an ADD will do, decided before anything is touched: pure data, the same for the same input, printable
/// (<c>multinet plan</c>).
/// </summary>
public sealed record AttachmentPlan
{
    /// <summary>The pod; null where the runtime names none (as <c>ctr</c> does): then only the configured networks are attached.</summary>
    public PodReference? Pod { get; init; }

    /// <summary>The pod's <c>metadata.uid</c> as the source knows it, or empty.</summary>
    public string PodUid { get; init; } = "";

    /// <summary>The attachments; the first is the cluster's default network, the others follow in the order of the annotation.</summary>
    public required IReadOnlyList<PlannedAttachment> Attachments { get; init; }

    /// <summary>What is suspicious but no error, one line each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>One attachment of a plan: one network, one interface.</summary>
public sealed record PlannedAttachment
{
    /// <summary>Position in the plan; 0 is the default network.</summary>
    public required int Index { get; init; }

    /// <summary>The name for people and for network-status: <c>namespace/definition</c>, or the configuration's own name.</summary>
    public required string DisplayName { get; init; }

    /// <summary><c>CNI_IFNAME</c> of the attachment.</summary>
    public required string InterfaceName { get; init; }

    /// <summary>Is it the cluster's default network?</summary>
    public bool IsDefault => Index == 0;

    /// <summary>The configuration list as it will be run, unknown keys byte by byte as the user wrote them.</summary>
    public required NetworkConfigList Config { get; init; }

    /// <summary>Where the configuration came from: a definition with its origin, a file, or <c>delegates[0]</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>Where each plugin of the chain, and the IPAM plugins that they name, will come from.</summary>
    public required IReadOnlyList<PlannedPlugin> Plugins { get; init; }

    /// <summary><c>CNI_ARGS</c> for the plugins.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Args { get; init; }

    /// <summary>Capability arguments by capability: raw JSON values.</summary>
    public required IReadOnlyDictionary<string, ReadOnlyMemory<byte>> CapabilityArgs { get; init; }

    /// <summary>What becomes of the default route over this interface.</summary>
    public DefaultRoutePlan DefaultRoute { get; init; } = DefaultRoutePlan.Keep;

    /// <summary>The device-info file that is prepared for the attachment, or null (NPWG device information specification 1.1).</summary>
    public DeviceInfoPlan? DeviceInfo { get; init; }

    /// <summary>What the annotation asks of it, as <see cref="Networks.SelectionRequest"/> writes it; empty for a configured network.</summary>
    public string Asked { get; init; } = "";

    /// <summary>Is it of the networks annotation, and not configured for every pod? Only such are plugged while the pod runs.</summary>
    public bool IsSelected { get; init; }

    /// <summary>The interfaces of the container on which it stands.</summary>
    internal ContainerInterfaces StandsOn { get; init; } = ContainerInterfaces.None;

    /// <summary>May it run beside its neighbours in the plan? (<c>parallel</c>)</summary>
    public bool MayRunInParallel { get; init; }

    /// <summary>
    /// May its links be deleted by their group, before its plugins are asked? Not where an address is given back over the link: a DHCP server
    /// hears of it only while the link is there.
    /// </summary>
    public bool MayLoseLinksFirst
    {
        get
        {
            foreach (var plugin in Plugins)
            {
                if (plugin.IsIpam && plugin.Source.Type == "dhcp")
                    return false;
            }
            return IsBuiltIn;
        }
    }

    /// <summary>Is every plugin of the chain built in?</summary>
    public bool IsBuiltIn
    {
        get
        {
            foreach (var plugin in Plugins)
            {
                if (!plugin.Source.IsBuiltIn)
                    return false;
            }
            return true;
        }
    }
}

/// <summary>A plugin of a chain with its source.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="IsIpam">Is it the IPAM plugin of the one before it?</param>
public sealed record PlannedPlugin(PluginSource Source, bool IsIpam);

/// <summary>What becomes of the default routes over an interface, by family.</summary>
/// <param name="RemoveIPv4">Another attachment, or a gateway asked for here, takes the place of the plugin's own IPv4 default route.</param>
/// <param name="RemoveIPv6">The same for IPv6.</param>
/// <param name="Gateways">Gateways to which default routes are set: at most one of each family.</param>
public sealed record DefaultRoutePlan(bool RemoveIPv4, bool RemoveIPv6, IReadOnlyList<IPAddress> Gateways)
{
    /// <summary>Whatever the plugins set up stays.</summary>
    public static DefaultRoutePlan Keep { get; } = new(false, false, []);

    /// <summary>Is there nothing to do?</summary>
    public bool IsKeep => !RemoveIPv4 && !RemoveIPv6 && Gateways.Count == 0;
}

/// <summary>The device-info file of an attachment.</summary>
/// <param name="Path">The file that the plugins may fill, passed as capability <c>CNIDeviceInfoFile</c>.</param>
/// <param name="DevicePluginFile">The device plugin's file to copy there first, or null.</param>
public sealed record DeviceInfoPlan(string Path, string? DevicePluginFile);
