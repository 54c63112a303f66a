using System.Net;

namespace MultiNet.Networks;

/// <summary>A port of the host that leads to a port of the pod (NPWG v1.3, section 4.1.2.1.6).</summary>
public sealed record PortMapping
{
    /// <summary>The port on the host, 1 to 65535.</summary>
    public required int HostPort { get; init; }

    /// <summary>The port in the pod, 1 to 65535.</summary>
    public required int ContainerPort { get; init; }

    /// <summary><c>tcp</c>, <c>udp</c> or <c>sctp</c>, in lower case, which is how the plugins want it; TCP where none was given.</summary>
    public string Protocol { get; init; } = "tcp";

    /// <summary>The host's address on which the port is open, or null for all.</summary>
    public IPAddress? HostIP { get; init; }
}
