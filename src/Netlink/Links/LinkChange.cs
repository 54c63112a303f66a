namespace MultiNet.Netlink;

/// <summary>
/// Changes to an interface, applied together. Null leaves a value as it is. The kernel applies them in an order of its own (namespace,
/// address, MTU, name, alias, queue length, master, flags); when one fails, those before it stay.
/// </summary>
public sealed record LinkChange
{
    /// <summary>Administratively up or down.</summary>
    public bool? Up { get; init; }

    /// <summary>Promiscuous or not.</summary>
    public bool? Promiscuous { get; init; }

    /// <summary>Receives every multicast or not.</summary>
    public bool? AllMulticast { get; init; }

    /// <summary>A new name. Only where the interface is addressed by index.</summary>
    public string? Name { get; init; }

    /// <summary>A new hardware address.</summary>
    public MacAddress? MacAddress { get; init; }

    /// <summary>Bytes of payload per packet.</summary>
    public int? Mtu { get; init; }

    /// <summary>Packets in the transmit queue.</summary>
    public int? TxQueueLength { get; init; }

    /// <summary>Index of the bridge or VRF to be a port of; 0 leaves the present one.</summary>
    public int? MasterIndex { get; init; }

    /// <summary>ifalias; "" removes it.</summary>
    public string? Alias { get; init; }

    /// <summary>The device group.</summary>
    public uint? Group { get; init; }

    /// <summary>
    /// Moves to this namespace: the interface goes down there, loses its addresses, and the other changes apply there.
    /// </summary>
    public NetworkNamespace? Namespace { get; init; }

    /// <summary>Settings of the interface, which must be a bridge.</summary>
    public BridgeSettings? Bridge { get; init; }

    /// <summary>
    /// Settings as a port of a bridge. The kernel looks for the master before it changes it, hence a second message in the same
    /// datagram where <see cref="MasterIndex"/> is given too.
    /// </summary>
    public BridgePortSettings? BridgePort { get; init; }

    internal bool IsOnlyBridgePort => BridgePort is not null && this with { BridgePort = null } == new LinkChange();}
