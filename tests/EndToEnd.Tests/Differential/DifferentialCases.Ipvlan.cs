namespace MultiNet.EndToEnd.Tests.Differential;

/// <content>ipvlan.</content>
internal static partial class DifferentialCases
{
    private static IEnumerable<DifferentialCase> Ipvlan() =>
    [
        InVm("ipvlan", On("ipvlan")) with { Pods = 2, Faults = true, Destroy = "ip link delete up0" },
        InVm("ipvlan IPv6", On("ipvlan", "\"mode\": \"l2\"", Ipam6)),
        InVm("ipvlan l3", On("ipvlan", "\"mode\": \"l3\"", IpamDual)) with { Pods = 2 },
        InVm("ipvlan l3s", On("ipvlan", "\"mode\": \"l3s\", \"mtu\": 1400")),
        InVm("ipvlan on the default route", On("ipvlan", "", Ipam4, ""), Uplink + "ip address add 192.0.2.1/24 dev up0; ip route add default via 192.0.2.2") with { Checks = false }, // the reference's CHECK looks up the master ""
        InVm("ipvlan linkInContainer", On("ipvlan", "\"linkInContainer\": true"), "ip -n pod1 link add up0 type dummy; ip -n pod1 link set up0 up"),
        InVm("ipvlan beside an eth0 of the node", On("ipvlan"), Uplink + "ip link add eth0 type dummy"),
        InVm("ipvlan static", On("ipvlan", "\"dns\": {\"nameservers\": [\"10.0.0.1\"]}", IpamStatic)),
        InVm("ipvlan then tuning", WithTuning(On("ipvlan"))),
        .. InEveryVersion("ipvlan"),
    ];

    private static IEnumerable<DifferentialCase> IpvlanFailures() =>
    [
        InVm("ipvlan unknown mode", On("ipvlan", "\"mode\": \"l4\"")),
        InVm("ipvlan without master", On("ipvlan", "", Ipam4, "")),
        InVm("ipvlan unknown master", On("ipvlan", "", Ipam4, "none")),
        InVm("ipvlan behind two interfaces", """[{"type": "bridge"}, {"type": "ipvlan"}]"""),
    ];
}
