using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>
/// An interface to be made. Everything here goes into the one message that makes it, so that nobody sees it half configured.
/// What is null is left to the kernel. To add a kind: derive, give its <see cref="Kind"/> and write its IFLA_INFO_DATA.
/// </summary>
public abstract record LinkSpec
{
    private protected LinkSpec()
    {
    }

    /// <summary>The name, 1..15 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>The hardware address; random by default.</summary>
    public MacAddress? MacAddress { get; init; }

    /// <summary>Bytes of payload per packet; the kind's default by default.</summary>
    public int? Mtu { get; init; }

    /// <summary>Packets in the transmit queue.</summary>
    public int? TxQueueLength { get; init; }

    /// <summary>The device group, for <see cref="RouteSocket.LinkDeleteGroup"/>; 0 by default.</summary>
    public uint? Group { get; init; }

    /// <summary>Index of the bridge or VRF to be a port of, in the namespace where the interface is made.</summary>
    public int? MasterIndex { get; init; }

    /// <summary>Index of the interface below, in the namespace of the socket; for kinds that have one.</summary>
    public int? ParentIndex { get; init; }

    /// <summary>Administratively up at once.</summary>
    public bool Up { get; init; }

    /// <summary>Promiscuous at once.</summary>
    public bool Promiscuous { get; init; }

    /// <summary>Receives every multicast at once.</summary>
    public bool AllMulticast { get; init; }

    /// <summary>The kernel's name of the kind.</summary>
    internal abstract string Kind { get; }

    /// <summary>Writes the attributes inside IFLA_INFO_DATA.</summary>
    internal virtual void WriteData(MessageWriter writer)
    {
    }
}
