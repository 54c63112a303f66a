using System.Net;
using MultiNet.Cni;

namespace MultiNet.Networks;

/// <summary>What is known of an attachment when its entry in the status is made.</summary>
public sealed record AttachmentStatus
{
    /// <summary><c>namespace/name</c> of the definition, or the name of a network that has none.</summary>
    public required string Network { get; init; }

    /// <summary><c>CNI_IFNAME</c> of the attachment.</summary>
    public required string Interface { get; init; }

    /// <summary>The chain's result; null where it gave none.</summary>
    public CniResult? Result { get; init; }

    /// <summary>Is it the cluster's default network, or the one in its place?</summary>
    public bool IsDefault { get; init; }

    /// <summary>
    /// The gateways of the default routes that the interface has in the end; null to take them from the result. Multus writes what the
    /// result said before <c>default-route</c> was honoured.
    /// </summary>
    public IReadOnlyList<IPAddress>? Gateways { get; init; }

    /// <summary>The content of the attachment's device-info file, if any.</summary>
    public DeviceInfo? DeviceInfo { get; init; }
}
