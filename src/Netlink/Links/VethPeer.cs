namespace MultiNet.Netlink;

/// <summary>The second end of a veth pair.</summary>
public sealed record VethPeer
{
    /// <summary>The name, 1..15 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>The namespace it is made in; null for the one where the first end is asked for.</summary>
    public NetworkNamespace? Namespace { get; init; }

    /// <summary>The hardware address; random by default.</summary>
    public MacAddress? MacAddress { get; init; }

    /// <summary>Bytes of payload per packet; 1500 by default (the kernel does not copy the first end's).</summary>
    public int? Mtu { get; init; }

    /// <summary>Packets in the transmit queue.</summary>
    public int? TxQueueLength { get; init; }

    /// <summary>The device group.</summary>
    public uint? Group { get; init; }
}
