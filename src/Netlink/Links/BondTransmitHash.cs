namespace MultiNet.Netlink;

/// <summary>What a bond's hash is made of: BOND_XMIT_POLICY_* of linux/if_bonding.h.</summary>
public enum BondTransmitHash : byte
{
    /// <summary><c>layer2</c>.</summary>
    Layer2 = 0,

    /// <summary><c>layer3+4</c>.</summary>
    Layer34 = 1,

    /// <summary><c>layer2+3</c>.</summary>
    Layer23 = 2,

    /// <summary><c>encap2+3</c>: of the innermost packet.</summary>
    Encapsulated23 = 3,

    /// <summary><c>encap3+4</c>: of the innermost packet.</summary>
    Encapsulated34 = 4,

    /// <summary><c>vlan+srcmac</c>.</summary>
    VlanAndSource = 5,
}
