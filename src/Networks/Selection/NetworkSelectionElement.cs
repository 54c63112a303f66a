using System.Net;
using MultiNet.Cni.Json;

namespace MultiNet.Networks;

/// <summary>One attachment that a pod asks for (NPWG v1.3, section 4.1.2). An empty text means that the key was absent or empty.</summary>
public sealed record NetworkSelectionElement
{
    /// <summary>The position in the annotation, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Where the element stands in the annotation, for messages: <c>[1]</c>, or <c>item 2</c> in the comma form.</summary>
    public required string Path { get; init; }

    /// <summary>The attachment definition's name, a DNS-1123 subdomain.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The definition's namespace as it was written; empty means the pod's own (for the default-network annotation: the one configured).
    /// </summary>
    public string Namespace { get; init; } = "";

    /// <summary>
    /// The interface's name in the pod (<c>interface</c>, or the older <c>interfaceRequest</c>); empty: the meta plugin chooses.
    /// </summary>
    public string Interface { get; init; } = "";

    /// <summary>Addresses, for plugins with the capability <c>ips</c>.</summary>
    public IReadOnlyList<RequestedAddress> Ips { get; init; } = [];

    /// <summary>The hardware address, six bytes in lower case with colons; for plugins with the capability <c>mac</c>.</summary>
    public string Mac { get; init; } = "";

    /// <summary>
    /// The InfiniBand GUID, eight bytes in lower case with colons; for plugins with the capability <c>infinibandGUID</c>.
    /// </summary>
    public string InfinibandGuid { get; init; } = "";

    /// <summary>Ports, for plugins with the capability <c>portMappings</c>.</summary>
    public IReadOnlyList<PortMapping> PortMappings { get; init; } = [];

    /// <summary>Limits, for plugins with the capability <c>bandwidth</c>; null where the key is absent.</summary>
    public BandwidthLimits? Bandwidth { get; init; }

    /// <summary>The device to use (Multus); one that the kubelet allocated for the definition's resource comes before it.</summary>
    public string DeviceId { get; init; } = "";

    /// <summary><c>cni-args</c>: what to merge into each plugin's <c>args.cni</c>, key by key, the pod's word winning.</summary>
    public JsonFields CniArgs { get; init; }

    /// <summary>
    /// <c>default-route</c>: the gateways of the pod's default routes over this attachment, at most one per family. Null: the key is
    /// absent. Empty: the attachment's own default route is the pod's.
    /// </summary>
    public IReadOnlyList<IPAddress>? DefaultRoute { get; init; }

    /// <summary>The IPAMClaim to use, by name; only IPAM plugins read it.</summary>
    public string IpamClaimReference { get; init; } = "";

    /// <summary><c>namespace/name</c>, with <paramref name="defaultNamespace"/> where the annotation names none.</summary>
    public string QualifiedName(string defaultNamespace) => $"{(Namespace.Length == 0 ? defaultNamespace : Namespace)}/{Name}";

    /// <summary>What plugins with the matching capabilities get in <c>runtimeConfig</c>: <see cref="CapabilityArguments.Of"/>.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> CapabilityArgs() => CapabilityArguments.Of(this);
}
