namespace MultiNet.Netlink;

/// <summary>IFLA_VF_* of linux/if_link.h. The values are structures that begin with the number of the virtual function.</summary>
internal static class VirtualFunctionAttribute
{
    // In the interface's message
    internal const ushort List = 22;

    // Inside the list
    internal const ushort Info = 1;

    // Inside Info
    internal const ushort Mac = 1;
    internal const ushort Vlan = 2;
    internal const ushort SpoofCheck = 4;
    internal const ushort LinkState = 5;
    internal const ushort Rate = 6;
    internal const ushort Trust = 9;
    internal const ushort VlanList = 12;

    // Inside VlanList
    internal const ushort VlanInfo = 1;

    // Value of the link message's ExtendedMask: RTEXT_FILTER_VF
    internal const uint Filter = 1;
}
