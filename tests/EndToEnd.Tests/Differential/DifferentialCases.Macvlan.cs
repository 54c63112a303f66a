namespace MultiNet.EndToEnd.Tests.Differential;

/// <content>macvlan.</content>
internal static partial class DifferentialCases
{
    // A card of the node, and who is at the other end of its wire.
    private const string Uplink = "ip link add up0 type veth peer name lan0; ip link set up0 up; ip link set lan0 up\n";

    private const string IpamStatic = """
        {"type": "static", "addresses": [{"address": "10.10.0.5/24", "gateway": "10.10.0.1"}, {"address": "fd00:10::5/64"}],
         "routes": [{"dst": "10.20.0.0/16"}, {"dst": "fd00:20::/64", "gw": "fd00:10::1"}], "dns": {"domain": "of.ipam"}}
        """;

    private static string On(string type, string keys = "", string ipam = Ipam4, string master = "up0") =>
        $$"""[{"type": "{{type}}"{{(master.Length > 0 ? $", \"master\": \"{master}\"" : "")}}{{(keys.Length > 0 ? ", " + keys : "")}}{{(ipam.Length > 0 ? ", \"ipam\": " + ipam : "")}}}]""";

    private static string WithTuning(string plugins) =>
        plugins.TrimEnd()[..^1] + """, {"type": "tuning", "mtu": 1300, "promisc": true, "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1"}}]""";

    private static DifferentialCase InVm(string name, string plugins, string prepare = Uplink) => new(name, plugins) { NeedsVm = true, Prepare = prepare };

    private static IEnumerable<DifferentialCase> Macvlan() =>
    [
        InVm("macvlan", On("macvlan")) with { Pods = 2, Faults = true, Destroy = "ip link delete up0" },
        InVm("macvlan IPv6", On("macvlan", "", Ipam6)),
        InVm("macvlan dual stack", On("macvlan", "\"mode\": \"bridge\"", IpamDual)) with { Pods = 2 },
        InVm("macvlan private", On("macvlan", "\"mode\": \"private\"")),
        InVm("macvlan vepa", On("macvlan", "\"mode\": \"vepa\", \"mtu\": 1400")),
        InVm("macvlan passthru", On("macvlan", "\"mode\": \"passthru\"")),
        InVm("macvlan without ipam", On("macvlan", "", "")) with { Differs = "^pod1 sysctl net/ipv[46]/conf/eth0/(arp|ndisc)_notify:" },
        InVm("macvlan mac and bcqueuelen", On("macvlan", "\"mac\": \"c2:11:22:33:44:55\", \"bcqueuelen\": 2000")),
        InVm("macvlan mac CNI_ARGS", On("macvlan", "\"mac\": \"c2:11:22:33:44:55\"")) with { Arguments = "IgnoreUnknown=1;MAC=c2:11:22:33:44:56" },
        InVm("macvlan mac capability", On("macvlan", "\"capabilities\": {\"mac\": true}")) with { Capabilities = """{"mac": "C2:11:22:33:44:57"}""" },
        InVm("macvlan on the default route", On("macvlan", "", Ipam4, ""), Uplink + "ip address add 192.0.2.1/24 dev up0; ip route add default via 192.0.2.2"),
        InVm("macvlan on the IPv6 default route", On("macvlan", "", Ipam4, ""), Uplink + "ip -6 route add default dev up0"),
        InVm("macvlan linkInContainer", On("macvlan", "\"linkInContainer\": true"), "ip -n pod1 link add up0 type dummy; ip -n pod1 link set up0 up"),
        InVm("macvlan on a VLAN", On("macvlan", "", Ipam4, "up0.7"), Uplink + "ip link add link up0 name up0.7 type vlan id 7; ip link set up0.7 up"),
        InVm("macvlan beside an eth0 of the node", On("macvlan"), Uplink + "ip link add eth0 type dummy"),
        InVm("macvlan static", On("macvlan", "\"dns\": {\"nameservers\": [\"10.0.0.1\"]}", IpamStatic)),
        InVm("macvlan then tuning", WithTuning(On("macvlan"))),
        .. InEveryVersion("macvlan"),
    ];

    private static IEnumerable<DifferentialCase> InEveryVersion(string type) =>
        new[] { "0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.1.0" }
            .Select(version => InVm($"{type} {version}", On(type, type == "vlan" ? "\"vlanId\": 5" : "", IpamDual, type == "dummy" ? "" : "up0")) with { CniVersion = version });

    private static IEnumerable<DifferentialCase> MacvlanFailures() =>
    [
        InVm("macvlan unknown mode", On("macvlan", "\"mode\": \"source\"")),
        InVm("macvlan mtu", On("macvlan", "\"mtu\": 1501")),
        InVm("macvlan negative mtu", On("macvlan", "\"mtu\": -1")),
        InVm("macvlan without master", On("macvlan", "", Ipam4, "")),
        InVm("macvlan unknown master", On("macvlan", "", Ipam4, "none")) with { Message = "failed to lookup master \"none\": Link not found" },
        InVm("macvlan bad mac", On("macvlan", "\"mac\": \"x\"")) with { Message = "invalid MAC address \"x\"" },
        InVm("macvlan name taken", On("macvlan"), Uplink + "ip -n pod1 link add eth0 type dummy") with { Message = "failed to create macvlan: interface \"eth0\" already exists" },
        InVm("macvlan pool exhausted", On("macvlan", "", """{"type": "host-local", "subnet": "10.88.0.0/30", "rangeStart": "10.88.0.1", "rangeEnd": "10.88.0.1"}""")),
    ];
}
