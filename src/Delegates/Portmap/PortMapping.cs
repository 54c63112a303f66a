using System.Net;
using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Delegates.Portmap;

/// <summary>A port of the host that leads to a port of the container: an item of the capability <c>portMappings</c> (CONVENTIONS.md of the specification).</summary>
/// <param name="HostPort">1 to 65535.</param>
/// <param name="ContainerPort">1 to 65535.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
/// <param name="HostIP">The address of the host; null for every one of both families, 0.0.0.0 or :: for every one of its own family.</param>
internal sealed record PortMapping(int HostPort, int ContainerPort, string Protocol, IPAddress? HostIP)
{
    private const byte Sctp = 132;

    /// <summary>The one address of the host that packets must be sent to; null for any.</summary>
    public IPAddress? OnlyHostIP => HostIP is null || HostIP.Equals(IPAddress.Any) || HostIP.Equals(IPAddress.IPv6Any) ? null : HostIP;

    /// <summary>IPPROTO_*.</summary>
    public byte ProtocolNumber => Protocol switch
    {
        "tcp" => (byte)ProtocolType.Tcp,
        "udp" => (byte)ProtocolType.Udp,
        _ => Sctp,
    };

    /// <summary>Is it for packets of this family?</summary>
    public bool AppliesTo(bool ipv4) => HostIP is null || HostIP.AddressFamily == AddressFamily.InterNetwork == ipv4;

    /// <summary>Are there packets of a family that both would have?</summary>
    public bool CollidesWith(PortMapping other, bool ipv4) =>
        HostPort == other.HostPort && Protocol == other.Protocol && AppliesTo(ipv4) && other.AppliesTo(ipv4)
        && (OnlyHostIP is null || other.OnlyHostIP is null || OnlyHostIP.Equals(other.OnlyHostIP));

    /// <summary>Reads a list of mappings.</summary>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a value that cannot be.</exception>
    public static IReadOnlyList<PortMapping> ReadAll(JsonFields owner, string key)
    {
        var mappings = new List<PortMapping>();
        foreach (var item in owner.Objects(key))
            mappings.Add(Read(item));
        return mappings;
    }

    /// <inheritdoc/>
    public override string ToString() => OnlyHostIP is null ? $"{HostPort}/{Protocol}" : $"{HostPort}/{Protocol} of {IPText.Format(OnlyHostIP)}";

    private static PortMapping Read(JsonFields item)
    {
        int hostPort = item.Int("hostPort"), containerPort = item.Int("containerPort");
        string protocol = item.String("protocol"), hostIP = item.String("hostIP");
        if (containerPort is <= 0 or > ushort.MaxValue)
            throw Invalid($"Invalid container port number: {containerPort}", $"{item.PathOf("containerPort")} must be 1 to 65535.");
        if (hostPort is <= 0 or > ushort.MaxValue)
            throw Invalid($"Invalid host port number: {hostPort}", $"{item.PathOf("hostPort")} must be 1 to 65535.");
        IPAddress? address = null;
        if (hostIP.Length > 0 && !IPText.TryParse(hostIP, out address))
            throw Invalid($"Invalid host IP address: \"{hostIP}\"", $"{item.PathOf("hostIP")} must be an IPv4 or IPv6 address of this host, 0.0.0.0, ::, or be left out.");
        return new PortMapping(hostPort, containerPort, Normalized(protocol, item), address);
    }

    // The standard: "optional, defaults to tcp". Kubernetes writes TCP, containerd tcp.
    private static string Normalized(string protocol, JsonFields item) => protocol.ToLowerInvariant() switch
    {
        "" or "tcp" => "tcp",
        "udp" => "udp",
        "sctp" => "sctp",
        _ => throw Invalid($"Invalid protocol: \"{protocol}\"", $"{item.PathOf("protocol")} must be tcp, udp or sctp."),
    };

    private static CniException Invalid(string message, string details) => new(CniErrorCode.InvalidNetworkConfig, message, details);
}
