using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Differential;

/// <summary>The networks that are compared.</summary>
internal static partial class DifferentialCases
{
    private const string Ipam4 = """{"type": "host-local", "subnet": "10.88.0.0/16", "routes": [{"dst": "0.0.0.0/0"}]}""";

    private const string Ipam6 = """{"type": "host-local", "subnet": "fd00:88::/64", "routes": [{"dst": "::/0"}]}""";

    private const string IpamDual = """
        {"type": "host-local", "ranges": [[{"subnet": "10.88.0.0/16"}], [{"subnet": "fd00:88::/64"}]],
         "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]}
        """;

    private const string NoMasquerade = "";

    /// <summary>The names of the networks that need no virtual machine and whose plugin is one of these, or is none of them.</summary>
    public static IEnumerable<string> Here(IEnumerable<DifferentialCase> cases, IReadOnlyList<string> plugins, bool others = false) =>
        cases.Where(c => !c.NeedsVm && plugins.Contains(c.Plugin) != others).Select(c => c.Name);

    /// <summary>Networks that can be attached.</summary>
    public static IReadOnlyList<DifferentialCase> All { get; } =
    [
        .. Bridge(),
        .. BridgeVlans(),
        .. Portmap(),
        .. Ptp(),
        .. Sbr(),
        .. Vrf(),
        .. Loopback(),
        .. HostDevices(),
        .. HostLocal(),
        .. Static(),
        .. Tuning(),
        .. Firewall(),
        .. Bandwidth(),
        .. Macvlan(),
        .. Ipvlan(),
        .. Vlan(),
        .. Dummy(),
        .. Tap(),
        .. Versions(),
    ];

    /// <summary>Networks that cannot be attached.</summary>
    public static IReadOnlyList<DifferentialCase> Failing { get; } =
    [
        .. Failures(),
        .. BridgeVlanFailures(),
        .. BandwidthFailures(),
        .. MacvlanFailures(),
        .. IpvlanFailures(),
        .. VlanFailures(),
        .. DummyFailures(),
        .. TapFailures(),
        .. PortmapFailures(),
        .. SbrFailures(),
        .. VrfFailures(),
        .. FirewallFailures(),
        .. HostDeviceFailures(),
    ];

    private static string BridgeWith(string keys, string ipam = Ipam4) =>
        $$"""[{"type": "bridge", "bridge": "cni0"{{(keys.Length > 0 ? ", " + keys : "")}}, "ipam": {{ipam}}}]""";

    private static IEnumerable<DifferentialCase> Bridge() =>
    [
        new("bridge", BridgeWith("")),
        new("bridge with the default name", $$"""[{"type": "bridge", "ipam": {{Ipam4}}}]"""),
        new("bridge isGateway", BridgeWith("\"isGateway\": true")) { Pods = 2 },
        new("bridge isDefaultGateway", BridgeWith("\"isDefaultGateway\": true", """{"type": "host-local", "subnet": "10.88.0.0/16"}""")) { Pods = 2 },
        new("bridge isDefaultGateway dual stack", BridgeWith("\"isDefaultGateway\": true", """
            {"type": "host-local", "ranges": [[{"subnet": "10.88.0.0/16"}], [{"subnet": "fd00:88::/64"}]]}
            """)) { Pods = 2 },
        new("bridge isGateway IPv6", BridgeWith("\"isGateway\": true", Ipam6)),
        new("bridge isGateway dual stack", BridgeWith("\"isGateway\": true", IpamDual)),
        new("bridge ipMasq iptables", BridgeWith("\"isGateway\": true, \"ipMasq\": true, \"ipMasqBackend\": \"iptables\"")) { Pods = 2 },
        new("bridge ipMasq iptables dual stack", BridgeWith("\"isGateway\": true, \"ipMasq\": true, \"ipMasqBackend\": \"iptables\"", IpamDual)) { Faults = true, Destroy = "ip link delete cni0" },
        new("bridge ipMasq nftables", BridgeWith("\"isGateway\": true, \"ipMasq\": true, \"ipMasqBackend\": \"nftables\"")) { Pods = 2, Deletes = false },
        new("bridge ipMasq nftables dual stack", BridgeWith("\"isGateway\": true, \"ipMasq\": true, \"ipMasqBackend\": \"nftables\"", IpamDual)) { Deletes = false, Faults = true },
        new("bridge ipMasq default backend", BridgeWith("\"isGateway\": true, \"ipMasq\": true")),
        new("bridge hairpinMode", BridgeWith("\"hairpinMode\": true")),
        new("bridge promiscMode", BridgeWith("\"promiscMode\": true, \"isGateway\": true")),
        new("bridge mtu", BridgeWith("\"mtu\": 1400, \"isGateway\": true")),
        new("bridge mac capability", BridgeWith("\"capabilities\": {\"mac\": true}")) { Capabilities = """{"mac": "C2:11:22:33:44:55"}""" },
        new("bridge mac CNI_ARGS", BridgeWith("")) { Arguments = "IgnoreUnknown=1;MAC=c2:11:22:33:44:56" },
        new("bridge mac args", BridgeWith("\"args\": {\"cni\": {\"mac\": \"c2:11:22:33:44:57\"}}")),
        new("bridge mac of all three", BridgeWith("\"capabilities\": {\"mac\": true}, \"args\": {\"cni\": {\"mac\": \"c2:11:22:33:44:57\"}}"))
        {
            Arguments = "IgnoreUnknown=1;MAC=c2:11:22:33:44:56", Capabilities = """{"mac": "c2:11:22:33:44:55"}""",
        },
        new("bridge forceAddress", BridgeWith("\"isGateway\": true, \"forceAddress\": true"))
        {
            Prepare = "ip link add cni0 type bridge; ip address add 10.99.0.1/24 dev cni0",
        },
        new("bridge with its address there", BridgeWith("\"isGateway\": true"))
        {
            Prepare = "ip link add cni0 type bridge; ip address add 10.88.0.1/16 dev cni0",
        },
        new("bridge that exists and is down", BridgeWith("")) { Prepare = "ip link add cni0 type bridge" },
        new("bridge portIsolation", BridgeWith("\"portIsolation\": true")) { Pods = 2, Checks = false },
        new("bridge macspoofchk", BridgeWith("\"macspoofchk\": true")) { Faults = true, Pods = 2, Checks = false },
        new("bridge enabledad", BridgeWith("\"enabledad\": true, \"isGateway\": true", IpamDual)),
        new("bridge disableContainerInterface", """[{"type": "bridge", "bridge": "cni0", "disableContainerInterface": true}]""") { Checks = false },
        new("bridge without ipam", """[{"type": "bridge", "bridge": "cni0"}]""") { Checks = false },
        new("bridge with empty ipam", """[{"type": "bridge", "bridge": "cni0", "ipam": {}}]""") { Checks = false },
        new("bridge dns", BridgeWith("""
            "dns": {"nameservers": ["10.1.1.1"], "domain": "example.com", "search": ["a.example.com"], "options": ["ndots:2"]}
            """)),
        new("bridge with other letter case and unknown keys", """
            [{"type": "bridge", "BRIDGE": "cni0", "isgateway": true, "unknown": {"a": null},
              "IPAM": {"type": "host-local", "Subnet": "10.88.0.0/16", "unknown": 1}}]
            """),
    ];

    private static IEnumerable<DifferentialCase> Ptp() =>
    [
        new("ptp", $$"""[{"type": "ptp", "ipam": {{Ipam4}}}]""") { Pods = 2 },
        new("ptp IPv6", $$"""[{"type": "ptp", "ipam": {{Ipam6}}}]"""),
        new("ptp dual stack", $$"""[{"type": "ptp", "ipam": {{IpamDual}}}]"""),
        new("ptp mtu", $$"""[{"type": "ptp", "mtu": 1400, "ipam": {{Ipam4}}}]"""),
        new("ptp dns", $$"""[{"type": "ptp", "dns": {"nameservers": ["10.1.1.1"]}, "ipam": {{Ipam4}}}]"""),
        new("ptp ipMasq iptables", $$"""[{"type": "ptp", "ipMasq": true, "ipMasqBackend": "iptables", "ipam": {{Ipam4}}}]""") { Pods = 2 },
        new("ptp ipMasq iptables dual stack", $$"""[{"type": "ptp", "ipMasq": true, "ipMasqBackend": "iptables", "ipam": {{IpamDual}}}]"""),
        new("ptp ipMasq nftables dual stack", $$"""[{"type": "ptp", "ipMasq": true, "ipMasqBackend": "nftables", "ipam": {{IpamDual}}}]""") { Deletes = false, Faults = true },
        new("ptp with other routes", """
            [{"type": "ptp", "ipam": {"type": "host-local", "subnet": "10.88.0.0/16",
              "routes": [{"dst": "0.0.0.0/0"}, {"dst": "192.168.0.0/16", "gw": "10.88.0.1"}]}}]
            """),
    ];

    private static IEnumerable<DifferentialCase> Loopback() =>
    [
        new("loopback", """[{"type": "loopback"}]""") { Faults = true, Interface = "lo" },
        new("loopback with another interface name", """[{"type": "loopback"}]"""),
    ];

    private static IEnumerable<DifferentialCase> HostLocal() =>
    [
        new("host-local two families", $$"""[{"type": "bridge", "bridge": "cni0", "ipam": {{HostLocalOfTheDocumentation()}}}]""")
        {
            Prepare = "ip link add cni0 type bridge; ip link set cni0 up", Checks = false,
        },
        new("host-local subnet and ranges", BridgeWith("", """
            {"type": "host-local", "subnet": "10.88.0.0/16", "rangeStart": "10.88.0.10", "rangeEnd": "10.88.0.20", "gateway": "10.88.0.9",
             "ranges": [[{"subnet": "10.77.0.0/24"}]]}
            """)) { Pods = 2, Checks = false },
        new("host-local wraps around", BridgeWith("", """
            {"type": "host-local", "subnet": "10.88.0.0/30", "rangeStart": "10.88.0.2", "rangeEnd": "10.88.0.2"}
            """)),
        new("host-local continues after the last reserved address", BridgeWith("", """{"type": "host-local", "subnet": "10.88.0.0/29"}"""))
        {
            Prepare = "mkdir -p /var/lib/cni/networks/net-under-test; printf 10.88.0.6 >/var/lib/cni/networks/net-under-test/last_reserved_ip.0",
            Pods = 3, Checks = false,
        },
        new("host-local leaves a foreign reservation alone", BridgeWith("", """{"type": "host-local", "subnet": "10.88.0.0/29"}"""))
        {
            Prepare = "mkdir -p /var/lib/cni/networks/net-under-test; printf 'other\\r\\neth0' >/var/lib/cni/networks/net-under-test/10.88.0.2",
        },
        new("host-local ipRanges capability", BridgeWith("\"capabilities\": {\"ipRanges\": true}", """{"type": "host-local"}"""))
        {
            Capabilities = """{"ipRanges": [[{"subnet": "10.66.0.0/24"}], [{"subnet": "fd00:66::/64", "rangeStart": "fd00:66::100"}]]}""",
        },
        new("host-local ips capability", BridgeWith("\"capabilities\": {\"ips\": true}")) { Capabilities = """{"ips": ["10.88.0.77"]}""" },
        new("host-local IP argument", BridgeWith("")) { Arguments = "IgnoreUnknown=1;IP=10.88.0.78" },
        new("host-local ips args", BridgeWith("\"args\": {\"cni\": {\"ips\": [\"10.88.0.79\"]}}")),
        new("host-local resolvConf", BridgeWith("", """{"type": "host-local", "subnet": "10.88.0.0/16", "resolvConf": "/run/resolv.conf"}"""))
        {
            Prepare = "printf 'nameserver 10.1.1.1\\nsearch a.example b.example\\noptions ndots:3\\n' >/run/resolv.conf",
        },
        new("host-local route with all fields", BridgeWith("", """
            {"type": "host-local", "subnet": "10.88.0.0/16",
             "routes": [{"dst": "10.50.0.0/16", "gw": "10.88.0.3", "priority": 70, "table": 120, "scope": 0}]}
            """)) { CniVersion = "1.1.0", Checks = false },
    ];

    private static IEnumerable<DifferentialCase> Static() =>
    [
        new("static", BridgeWith("", """
            {"type": "static", "addresses": [{"address": "10.10.0.1/24", "gateway": "10.10.0.254"}, {"address": "3ffe:ffff:0:1ff::1/64", "gateway": "3ffe:ffff::1"}],
             "routes": [{"dst": "192.168.0.0/16", "gw": "10.10.0.254"}],
             "dns": {"nameservers": ["8.8.8.8"], "domain": "example.com", "search": ["example.com"], "options": ["ndots:1"]}}
            """)),
        new("static IP and GATEWAY arguments", BridgeWith("", """{"type": "static"}""")) { Arguments = "IgnoreUnknown=1;IP=10.10.0.9/24,10.11.0.9/24;GATEWAY=10.10.0.254" },
        new("static ips args", BridgeWith("\"args\": {\"cni\": {\"ips\": [\"10.12.0.9/24\"]}}", """{"type": "static", "addresses": [{"address": "10.10.0.1/24"}]}""")),
        new("static ips capability", BridgeWith("\"capabilities\": {\"ips\": true}", """{"type": "static", "addresses": [{"address": "10.10.0.1/24"}]}"""))
        {
            Capabilities = """{"ips": ["10.13.0.9/24", "fd00:13::9/64"]}""",
        },
        new("static gateway on the bridge", BridgeWith("\"isGateway\": true, \"ipMasq\": true, \"ipMasqBackend\": \"nftables\"", """
            {"type": "static", "addresses": [{"address": "10.10.0.5/24"}]}
            """)) { Deletes = false },
    ];

    private static string Tuned(string keys) => BridgeWith("")[..^1] + ", {\"type\": \"tuning\", " + keys + "}]";

    private static IEnumerable<DifferentialCase> Tuning() =>
    [
        new("tuning sysctl", Tuned("""
            "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1", "net.core.somaxconn": "500", "net/ipv6/conf/IFNAME/accept_ra": "0"}
            """)),
        new("tuning mac", Tuned("\"mac\": \"c2:b0:57:49:47:f1\"")),
        new("tuning mac capability", Tuned("\"capabilities\": {\"mac\": true}")) { Capabilities = """{"mac": "c2:b0:57:49:47:f2"}""" },
        new("tuning mac CNI_ARGS", Tuned("\"mac\": \"c2:b0:57:49:47:f1\"")) { Arguments = "IgnoreUnknown=1;MAC=c2:b0:57:49:47:f3" },
        new("tuning args", Tuned("""
            "args": {"cni": {"mac": "c2:b0:57:49:47:f4", "promisc": true, "mtu": 1300, "sysctl": {"net.core.somaxconn": "501"}}}, "sysctl": {}
            """)),
        new("tuning promisc", Tuned("\"promisc\": true")),
        new("tuning mtu", Tuned("\"mtu\": 1400")),
        new("tuning allmulti", Tuned("\"allmulti\": true")),
        new("tuning txQLen", Tuned("\"txQLen\": 20000")),
        new("tuning everything with dataDir", Tuned("""
            "mac": "c2:b0:57:49:47:f1", "promisc": true, "mtu": 1400, "allmulti": true, "txQLen": 20, "dataDir": "/run/tuning-here"
            """)) { Faults = true },
        new("tuning with an allowlist", Tuned("\"sysctl\": {\"net.ipv4.conf.IFNAME.arp_filter\": \"1\"}"))
        {
            Prepare = "mkdir -p /etc/cni/tuning; echo '^net.ipv4.conf.IFNAME.[a-z_]*$' >/etc/cni/tuning/allowlist.conf",
        },
        new("tuning nothing", BridgeWith("")[..^1] + ", {\"type\": \"tuning\"}]"),
    ];

    private static IEnumerable<DifferentialCase> Versions() =>
        new[] { "0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0" }.SelectMany(version => (DifferentialCase[])
        [
            new($"version {version} bridge", BridgeWith("\"isGateway\": true", IpamDual)) { CniVersion = version },
            new($"version {version} ptp", $$"""[{"type": "ptp", "ipam": {{Ipam4}}}]""") { CniVersion = version },
            new($"version {version} loopback", """[{"type": "loopback"}]""") { CniVersion = version, Interface = "lo", Results = version[0] == '1' },
            new($"version {version} bridge and tuning", Tuned("\"mtu\": 1400")) { CniVersion = version },
            new($"version {version} static", BridgeWith("", """
                {"type": "static", "addresses": [{"address": "10.10.0.1/24", "gateway": "10.10.0.254"}], "routes": [{"dst": "0.0.0.0/0"}]}
                """)) { CniVersion = version },
        ]);

    private static IEnumerable<DifferentialCase> Failures() =>
    [
        new("bridge hairpin and promisc", BridgeWith("\"hairpinMode\": true, \"promiscMode\": true")),
        new("bridge disableContainerInterface with ipam", BridgeWith("\"disableContainerInterface\": true")),
        new("bridge name of something else", BridgeWith("")) { Prepare = "ip link add cni0 type veth peer name other" },
        new("bridge with another address", BridgeWith("\"isGateway\": true"))
        {
            Prepare = "ip link add cni0 type bridge; ip address add 10.88.5.1/16 dev cni0",
        },
        new("bridge vlan too large", BridgeWith("\"vlan\": 5000")),
        new("bridge trunk without maxID", BridgeWith("\"vlanTrunk\": [{\"minID\": 100}]")),
        new("bridge trunk without minID", BridgeWith("\"vlanTrunk\": [{\"maxID\": 100}]")),
        new("bridge trunk upside down", BridgeWith("\"vlanTrunk\": [{\"minID\": 200, \"maxID\": 100}]")),
        new("bridge trunk id too large", BridgeWith("\"vlanTrunk\": [{\"id\": 5000}]")),
        new("unknown version", BridgeWith("")) { CniVersion = "9.9.9" },
        new("interface name too long", BridgeWith("")) { Interface = "an-interface-name" },
        new("interface name with a slash", BridgeWith("")) { Interface = "a/b" },
        new("interface exists", BridgeWith("")) { Prepare = "ip -n pod1 link add eth0 type bridge" },
        new("arguments without a value", BridgeWith("")) { Arguments = "FOO" },
        new("unknown argument", BridgeWith("")) { Arguments = "FOO=bar" },
        new("ipam plugin missing", BridgeWith("", """{"type": "no-such-ipam"}""")),
        new("host-local without ranges", BridgeWith("", """{"type": "host-local"}""")),
        new("host-local too small", BridgeWith("", """{"type": "host-local", "subnet": "10.88.0.0/31"}""")),
        new("host-local host bits", BridgeWith("", """{"type": "host-local", "subnet": "10.88.0.1/16"}""")),
        new("host-local range outside", BridgeWith("", """{"type": "host-local", "subnet": "10.88.0.0/16", "rangeStart": "10.89.0.1"}""")),
        new("host-local mixed families", BridgeWith("", """{"type": "host-local", "ranges": [[{"subnet": "10.88.0.0/16"}, {"subnet": "fd00::/64"}]]}""")),
        new("host-local overlap in a set", BridgeWith("", """{"type": "host-local", "ranges": [[{"subnet": "10.88.0.0/16"}, {"subnet": "10.88.1.0/24"}]]}""")),
        new("host-local overlap of sets", BridgeWith("", """{"type": "host-local", "ranges": [[{"subnet": "10.88.0.0/16"}], [{"subnet": "10.88.1.0/24"}]]}""")),
        new("host-local exhausted", BridgeWith("", """{"type": "host-local", "subnet": "10.88.0.0/30"}"""))
        {
            Prepare = "mkdir -p /var/lib/cni/networks/net-under-test; printf 'other\\r\\neth0' >/var/lib/cni/networks/net-under-test/10.88.0.2",
        },
        new("host-local gateway asked for", BridgeWith("")) { Arguments = "IgnoreUnknown=1;IP=10.88.0.1" },
        new("host-local address asked for outside", BridgeWith("")) { Arguments = "IgnoreUnknown=1;IP=10.99.0.1" },
        new("host-local address taken", BridgeWith(""))
        {
            Arguments = "IgnoreUnknown=1;IP=10.88.0.5",
            Prepare = "mkdir -p /var/lib/cni/networks/net-under-test; printf 'other\\r\\neth0' >/var/lib/cni/networks/net-under-test/10.88.0.5",
        },
        new("static address without prefix", BridgeWith("", """{"type": "static", "addresses": [{"address": "10.10.0.1"}]}""")),
        new("static argument without prefix", BridgeWith("", """{"type": "static"}""")) { Arguments = "IgnoreUnknown=1;IP=10.10.0.1" },
        new("static bad gateway", BridgeWith("", """{"type": "static"}""")) { Arguments = "IgnoreUnknown=1;IP=10.10.0.1/24;GATEWAY=x" },
        new("tuning alone", """[{"type": "tuning"}]"""),
        new("tuning sysctl outside net", Tuned("\"sysctl\": {\"kernel.pid_max\": \"4194304\"}")),
        new("tuning sysctl not allowed", Tuned("\"sysctl\": {\"net.core.somaxconn\": \"500\"}"))
        {
            Prepare = "mkdir -p /etc/cni/tuning; echo '^net.ipv4.conf.IFNAME.[a-z_]*$' >/etc/cni/tuning/allowlist.conf",
        },
        new("ptp without an ipam plugin", """[{"type": "ptp"}]""") { Message = "ptp requires an IPAM configuration" },
        new("loopback with a foreign address", """[{"type": "loopback"}]""") { Interface = "lo", Prepare = "ip -n pod1 address add 10.1.1.1/32 dev lo" },
    ];

    private static string HostLocalOfTheDocumentation() => JsonNode.Parse(TestEnvironment.Data("host-local-two-families.json"))!["ipam"]!.ToJsonString();
}
