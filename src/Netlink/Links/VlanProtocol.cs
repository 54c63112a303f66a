namespace MultiNet.Netlink;

/// <summary>The EtherType of a VLAN's tag.</summary>
public enum VlanProtocol : ushort
{
    /// <summary>802.1Q, the usual (customer's) tag.</summary>
    Ieee8021Q = 0x8100,

    /// <summary>802.1ad, the provider's tag around the customer's.</summary>
    Ieee8021Ad = 0x88a8,
}
