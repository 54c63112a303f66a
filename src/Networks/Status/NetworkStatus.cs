using MultiNet.Cni;

namespace MultiNet.Networks;

/// <summary>
/// An entry of the annotation <see cref="AnnotationKeys.NetworkStatus"/>: what one attachment got (NPWG v1.3, section 5.1), in the form
/// in which Multus writes it and its consumers read it. Empty and 0 mean that the key is left out.
/// </summary>
public sealed record NetworkStatus
{
    /// <summary><c>namespace/name</c> of the definition, or the name of a network that has none.</summary>
    public required string Name { get; init; }

    /// <summary>The interface in the pod.</summary>
    public string Interface { get; init; } = "";

    /// <summary>Addresses without prefix length (the standard would allow one; consumers expect none).</summary>
    public IReadOnlyList<string> IPs { get; init; } = [];

    /// <summary>The hardware address.</summary>
    public string Mac { get; init; } = "";

    /// <summary>The MTU in bytes.</summary>
    public int Mtu { get; init; }

    /// <summary>Is this the cluster's default network? True in exactly one entry; left out of the others.</summary>
    public bool Default { get; init; }

    /// <summary>DNS settings; the key is always there.</summary>
    public CniDns Dns { get; init; } = CniDns.Empty;

    /// <summary>The device behind the interface, if any.</summary>
    public DeviceInfo? DeviceInfo { get; init; }

    /// <summary>
    /// Gateways of the default routes over the interface (the standard calls it <c>default-route</c>; consumers read <c>gateway</c>).
    /// </summary>
    public IReadOnlyList<string> Gateway { get; init; } = [];
}
