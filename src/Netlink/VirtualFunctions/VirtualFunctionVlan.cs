namespace MultiNet.Netlink;

/// <summary>A VLAN that a card puts on the frames of a virtual function.</summary>
/// <param name="Id">1 to 4094; 0 for none.</param>
/// <param name="Priority">The priority code point (802.1p), 0 to 7.</param>
/// <param name="Protocol">The EtherType: <see cref="Dot1Q"/> or <see cref="Dot1AD"/>.</param>
public readonly record struct VirtualFunctionVlan(ushort Id, byte Priority, ushort Protocol)
{
    /// <summary>ETH_P_8021Q, a customer's VLAN.</summary>
    public const ushort Dot1Q = 0x8100;

    /// <summary>ETH_P_8021AD, a provider's VLAN (QinQ).</summary>
    public const ushort Dot1AD = 0x88a8;
}
