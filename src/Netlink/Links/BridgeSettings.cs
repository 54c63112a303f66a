namespace MultiNet.Netlink;

/// <summary>Settings of a bridge (IFLA_BR_*). When setting, null leaves a value as it is, or at the kernel's default.</summary>
public sealed record BridgeSettings
{
    /// <summary>Ports are filtered by VLAN.</summary>
    public bool? VlanFiltering { get; init; }

    /// <summary>The VLAN that new ports get as PVID, 0..4094; 0 gives none (kernel default 1).</summary>
    public ushort? DefaultPortVlanId { get; init; }

    /// <summary>IGMP and MLD snooping (kernel default on).</summary>
    public bool? MulticastSnooping { get; init; }

    /// <summary>Spanning tree protocol (kernel default off).</summary>
    public bool? SpanningTree { get; init; }

    /// <summary>Seconds a learned address is kept, in hundredths (kernel default 30000).</summary>
    public uint? AgeingTime { get; init; }
}
