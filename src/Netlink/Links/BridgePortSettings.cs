namespace MultiNet.Netlink;

/// <summary>Settings of a port of a bridge (IFLA_BRPORT_*). When setting, null leaves a value as it is.</summary>
public sealed record BridgePortSettings
{
    /// <summary>Frames may go out of the port they came in by.</summary>
    public bool? Hairpin { get; init; }

    /// <summary>The port talks to ports that are not isolated only.</summary>
    public bool? Isolated { get; init; }

    /// <summary>The bridge learns addresses from this port.</summary>
    public bool? Learning { get; init; }

    /// <summary>Frames to unknown addresses are flooded to this port.</summary>
    public bool? UnicastFlood { get; init; }
}
