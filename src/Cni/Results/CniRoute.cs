using System.Net;

namespace MultiNet.Cni;

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
