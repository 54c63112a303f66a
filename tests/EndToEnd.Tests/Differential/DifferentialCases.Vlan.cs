namespace MultiNet.EndToEnd.Tests.Differential;

/// <content>vlan.</content>
internal static partial class DifferentialCases
{
    private static IEnumerable<DifferentialCase> Vlan() =>
    [
        InVm("vlan", On("vlan", "\"vlanId\": 5")) with { Faults = true, Destroy = "ip link delete up0" },
        InVm("vlan 0", On("vlan")),
        InVm("vlan 4094 IPv6", On("vlan", "\"vlanId\": 4094", Ipam6)),
        InVm("vlan dual stack mtu", On("vlan", "\"vlanId\": 7, \"mtu\": 1400", IpamDual)),
        InVm("vlan linkInContainer", On("vlan", "\"vlanId\": 5, \"linkInContainer\": true"), "ip -n pod1 link add up0 type dummy; ip -n pod1 link set up0 up"),
        InVm("vlan beside an eth0 of the node", On("vlan", "\"vlanId\": 5"), Uplink + "ip link add eth0 type dummy"),
        InVm("vlan static", On("vlan", "\"vlanId\": 5, \"dns\": {\"nameservers\": [\"10.0.0.1\"]}", IpamStatic)),
        InVm("vlan then tuning", WithTuning(On("vlan", "\"vlanId\": 5"))),
        .. InEveryVersion("vlan"),
    ];

    private static IEnumerable<DifferentialCase> VlanFailures() =>
    [
        InVm("vlan without master", On("vlan", "\"vlanId\": 5", Ipam4, "")),
        InVm("vlan unknown master", On("vlan", "\"vlanId\": 5", Ipam4, "none")) with { Message = "failed to lookup master \"none\": Link not found" },
        InVm("vlan negative", On("vlan", "\"vlanId\": -1")),
        InVm("vlan 4095", On("vlan", "\"vlanId\": 4095")),
        InVm("vlan mtu", On("vlan", "\"vlanId\": 5, \"mtu\": 9000")),
        InVm("vlan taken", On("vlan", "\"vlanId\": 5"), Uplink + "ip link add link up0 name up0.5 type vlan id 5") with { Message = "failed to create vlan: file exists: VLAN 5 of the master is taken" },
        InVm("vlan without ipam", On("vlan", "\"vlanId\": 5", "")) with { Message = "vlan requires an IPAM configuration" },
    ];
}
