using System.Net;

namespace MultiNet.Cni;

/// <summary>
/// The result of an ADD in the form of the newest specification version; <see cref="CniVersion"/> is the version in which it
/// was received or is to be printed (CNI specification 1.1, section "Add Success").
/// </summary>
public sealed record CniResult
{
    /// <summary>The version in which the result travels.</summary>
    public string CniVersion { get; init; } = Cni.CniVersion.Latest;

    /// <summary>Interfaces made by the attachment, on the host and in the container.</summary>
    public IReadOnlyList<CniInterface> Interfaces { get; init; } = [];

    /// <summary>Addresses assigned.</summary>
    public IReadOnlyList<CniIP> IPs { get; init; } = [];

    /// <summary>Routes made in the container.</summary>
    public IReadOnlyList<CniRoute> Routes { get; init; } = [];

    /// <summary>DNS settings; <see cref="CniDns.Empty"/> where there are none.</summary>
    public CniDns Dns { get; init; } = CniDns.Empty;
}

/// <summary>An interface of a result.</summary>
public sealed record CniInterface
{
    /// <summary>The interface's name.</summary>
    public required string Name { get; init; }

    /// <summary>The hardware address in lower case, or empty.</summary>
    public string Mac { get; init; } = "";

    /// <summary>The MTU in bytes, or 0 where unknown. Since 1.1.0.</summary>
    public int Mtu { get; init; }

    /// <summary>The namespace's path exactly as <c>CNI_NETNS</c> gave it, or empty for an interface on the host.</summary>
    public string Sandbox { get; init; } = "";

    /// <summary>Absolute path of a socket that serves as the interface, or empty. Since 1.1.0.</summary>
    public string SocketPath { get; init; } = "";

    /// <summary>The PCI address of the device, or empty. Since 1.1.0.</summary>
    public string PciId { get; init; } = "";
}

/// <summary>An address of a result.</summary>
public sealed record CniIP
{
    /// <summary>The address with its prefix length, host bits kept.</summary>
    public required IPPrefix Address { get; init; }

    /// <summary>The subnet's gateway, if any.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>Index into <see cref="CniResult.Interfaces"/>, or null.</summary>
    public int? Interface { get; init; }
}

/// <summary>A route of a result or of a configuration.</summary>
public sealed record CniRoute
{
    /// <summary>The destination.</summary>
    public required IPPrefix Dst { get; init; }

    /// <summary>The next hop, if any.</summary>
    public IPAddress? Gw { get; init; }

    /// <summary>The path MTU in bytes, or null. Since 1.1.0.</summary>
    public int? Mtu { get; init; }

    /// <summary>The maximal segment size to advertise, in bytes, or null. Since 1.1.0.</summary>
    public int? AdvMss { get; init; }

    /// <summary>The priority (metric), lower is preferred, or null. Since 1.1.0.</summary>
    public int? Priority { get; init; }

    /// <summary>The routing table, or null for main. Since 1.1.0.</summary>
    public int? Table { get; init; }

    /// <summary>The scope (0 universe, 253 link, 254 host), or null. Since 1.1.0.</summary>
    public int? Scope { get; init; }
}

/// <summary>DNS settings of a result or of a configuration.</summary>
public sealed record CniDns
{
    /// <summary>No settings.</summary>
    public static CniDns Empty { get; } = new();

    /// <summary>Name servers in order of preference.</summary>
    public IReadOnlyList<string> Nameservers { get; init; } = [];

    /// <summary>The local domain, or empty.</summary>
    public string Domain { get; init; } = "";

    /// <summary>Search domains in order of preference.</summary>
    public IReadOnlyList<string> Search { get; init; } = [];

    /// <summary>Options for the resolver.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Is nothing set?</summary>
    public bool IsEmpty => Nameservers.Count == 0 && Domain.Length == 0 && Search.Count == 0 && Options.Count == 0;
}
