namespace MultiNet.Netlink;

/// <summary>An interface as the kernel describes it at one moment.</summary>
public sealed record Link
{
    /// <summary>The index within its namespace.</summary>
    public required int Index { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The kind: <c>veth</c>, <c>bridge</c>, <c>macvlan</c> ...; "" for hardware and <c>lo</c>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>ARPHRD_*: 1 Ethernet, 772 loopback.</summary>
    public ushort HardwareType { get; init; }

    /// <summary>The hardware address.</summary>
    public MacAddress MacAddress { get; init; }

    /// <summary>The address burnt into the card; empty for virtual interfaces.</summary>
    public MacAddress PermanentMacAddress { get; init; }

    /// <summary>Bytes of payload per packet.</summary>
    public int Mtu { get; init; }

    /// <summary>The largest MTU that the driver takes; 0 where it does not tell.</summary>
    public int MaximumMtu { get; init; }

    /// <summary>Packets in the transmit queue.</summary>
    public int TxQueueLength { get; init; }

    /// <summary>Number of transmit queues.</summary>
    public int TxQueues { get; init; }

    /// <summary>Number of receive queues.</summary>
    public int RxQueues { get; init; }

    /// <summary>IFF_* flags.</summary>
    public LinkFlags Flags { get; init; }

    /// <summary>RFC 2863 state.</summary>
    public OperationalState OperationalState { get; init; }

    /// <summary>Index of the bridge, bond or VRF it is a port of; 0 for none.</summary>
    public int MasterIndex { get; init; }

    /// <summary>
    /// IFLA_LINK: index of the interface below (macvlan, vlan) or of the veth peer; 0 for none. In another namespace where
    /// <see cref="ParentNamespaceId"/> is set.
    /// </summary>
    public int ParentIndex { get; init; }

    /// <summary>IFLA_LINK_NETNSID: the id of the namespace that <see cref="ParentIndex"/> counts in; null for this one.</summary>
    public int? ParentNamespaceId { get; init; }

    /// <summary>
    /// The device on a bus that the interface belongs to, as /sys/bus/BUS/devices names it: <c>0000:3d:00.1</c>, <c>virtio0</c>; "" for
    /// none, and from kernels before 5.14.
    /// </summary>
    public string ParentDevice { get; init; } = "";

    /// <summary>The bus of <see cref="ParentDevice"/>: <c>pci</c>, <c>virtio</c>, <c>auxiliary</c>, <c>usb</c>; "" for none.</summary>
    public string ParentBus { get; init; } = "";

    /// <summary>The device group (0: the default group).</summary>
    public uint Group { get; init; }

    /// <summary>ifalias; "" for none.</summary>
    public string Alias { get; init; } = "";

    /// <summary>Settings, of a bridge only.</summary>
    public BridgeSettings? Bridge { get; init; }

    /// <summary>Settings as a port, of a port of a bridge only.</summary>
    public BridgePortSettings? BridgePort { get; init; }

    /// <summary>Settings, of a macvlan interface only.</summary>
    public MacvlanSettings? Macvlan { get; init; }

    /// <summary>Settings, of an ipvlan interface only.</summary>
    public IpvlanSettings? Ipvlan { get; init; }

    /// <summary>Settings, of a VLAN's interface only.</summary>
    public VlanSettings? Vlan { get; init; }

    /// <summary>Settings, of a TUN or TAP device only.</summary>
    public TapSettings? Tap { get; init; }

    /// <summary>Settings, of a bond only.</summary>
    public BondSettings? Bond { get; init; }

    /// <summary>The routing table, of a VRF only.</summary>
    public uint? VrfTable { get; init; }

    /// <summary>Administratively up.</summary>
    public bool IsUp => (Flags & LinkFlags.Up) != 0;
}
