namespace MultiNet.Netlink;

/// <summary>A line of a VLAN's table of priorities (struct ifla_vlan_qos_mapping).</summary>
/// <param name="From">Sending: the packet's priority in the kernel (SO_PRIORITY). Receiving: the tag's, 0..7.</param>
/// <param name="To">Sending: the tag's priority, 0..7. Receiving: the packet's in the kernel.</param>
public readonly record struct VlanPriority(uint From, uint To);
