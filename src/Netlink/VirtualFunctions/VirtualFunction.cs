namespace MultiNet.Netlink;

/// <summary>
/// A virtual function of a network card (SR-IOV) as its physical function holds it: what the administrator of the host sets and the
/// owner of the virtual function cannot change.
/// </summary>
public sealed record VirtualFunction
{
    /// <summary>The number of the virtual function, from 0: N of <c>virtfnN</c> in sysfs.</summary>
    public required int Index { get; init; }

    /// <summary>The administrative hardware address; zero where none is set and the virtual function may choose.</summary>
    public MacAddress MacAddress { get; init; }

    /// <summary>The VLAN that the card puts on every frame and takes off again.</summary>
    public VirtualFunctionVlan Vlan { get; init; }

    /// <summary>The guaranteed transmit rate in Mbit/s; 0 for none.</summary>
    public int MinimumTransmitRate { get; init; }

    /// <summary>The largest transmit rate in Mbit/s; 0 for no limit.</summary>
    public int MaximumTransmitRate { get; init; }

    /// <summary>Frames from another source address are dropped; null where the driver does not tell.</summary>
    public bool? SpoofCheck { get; init; }

    /// <summary>The owner may become promiscuous, change its address, ...; null where the driver does not tell.</summary>
    public bool? Trust { get; init; }

    /// <summary>The link's state as the virtual function sees it.</summary>
    public VirtualFunctionLinkState LinkState { get; init; }
}
