namespace MultiNet.Netlink;

/// <summary>IFLA_* of linux/if_link.h.</summary>
internal static class LinkAttribute
{
    internal const ushort Address = 1;
    internal const ushort Name = 3;
    internal const ushort Mtu = 4;
    internal const ushort Link = 5;
    internal const ushort Master = 10;
    internal const ushort ProtocolInfo = 12;
    internal const ushort TxQueueLength = 13;
    internal const ushort OperationalState = 16;
    internal const ushort LinkInfo = 18;
    internal const ushort Alias = 20;
    internal const ushort AddressFamilySpec = 26;
    internal const ushort Group = 27;
    internal const ushort NetNsFd = 28;
    internal const ushort ExtendedMask = 29;
    internal const ushort TxQueues = 31;
    internal const ushort RxQueues = 32;
    internal const ushort LinkNetNsId = 37;
    internal const ushort MaximumMtu = 51;
    internal const ushort AlternativeName = 53;
    internal const ushort PermanentAddress = 54;
    internal const ushort ParentDeviceName = 56;
    internal const ushort ParentDeviceBus = 57;

    // Inside LinkInfo
    internal const ushort InfoKind = 1;
    internal const ushort InfoData = 2;
    internal const ushort InfoSlaveKind = 4;
    internal const ushort InfoSlaveData = 5;

    // Inside InfoData of a bridge
    internal const ushort BridgeAgeingTime = 4;
    internal const ushort BridgeSpanningTree = 5;
    internal const ushort BridgeVlanFiltering = 7;
    internal const ushort BridgeMulticastSnooping = 23;
    internal const ushort BridgeDefaultPortVlanId = 39;

    // Inside InfoSlaveData of a port of a bridge
    internal const ushort PortMode = 4;
    internal const ushort PortLearning = 8;
    internal const ushort PortUnicastFlood = 9;
    internal const ushort PortIsolated = 33;

    // Values of ExtendedMask
    internal const uint FilterBridgeVlanCompressed = 4;
    internal const uint FilterSkipStatistics = 8;
}
