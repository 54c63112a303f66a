namespace MultiNet.Validation.Tests.Golden;

internal static partial class DefinitionCases
{
    private static IEnumerable<DefinitionCase> Chained() =>
    [
        Deny("VR-001", Chain("vrf", "\"vrfname\": \"blue\""), Chain("vrf", ""), Chain("vrf", "\"vrfname\": \"\"")),
        Deny("VR-002", Chain("vrf", "\"vrfname\": \"blue\", \"table\": 100"), Chain("vrf", "\"vrfname\": \"blue\", \"table\": 4294967296")),
        Warn("VR-002", Chain("vrf", "\"vrfname\": \"blue\", \"table\": 0"), Chain("vrf", "\"vrfname\": \"blue\", \"table\": 254")),
        Deny("SB-001", Chain("sbr", "\"table\": 100"), Chain("sbr", "\"table\": 0"), Chain("sbr", "\"table\": 4294967296")),
        Deny("SB-002", Chain("sbr", "\"gateways\": [\"10.1.0.1\", \"fd00::1\"]"), Chain("sbr", "\"gateways\": [\"10.1.0.1/16\"]"), Chain("sbr", "\"gateways\": [\"10.1.0.1\", \"10.1.0.2\"]"),
            Chain("sbr", "\"gateways\": [\"10.1.0.1\", \"fd00::1\", \"fd00::2\"]"), Chain("sbr", "\"gateways\": [null]")),
        Warn("PM-001", Chain("portmap", "\"capabilities\": {\"portMappings\": true}"), Chain("portmap", "")),
        Deny("PM-002", Chain("portmap", "\"backend\": \"nftables\", \"conditionsV4\": [\"ip saddr 10.0.0.0/8\"]"), Chain("portmap", "\"backend\": \"pf\""), Chain("portmap", "\"backend\": \"\""),
            Chain("portmap", "\"backend\": \"nftables\", \"conditionsV4\": [\"-i\", \"eth0\"]"), Chain("portmap", "\"backend\": \"iptables\", \"conditionsV6\": [\"ip6 saddr fd00::/8\"]")),
        Deny("PM-003", Chain("portmap", "\"markMasqBit\": 31"), Chain("portmap", "\"markMasqBit\": 32"), Chain("portmap", "\"markMasqBit\": 5, \"externalSetMarkChain\": \"KUBE-MARK-MASQ\""),
            Chain("portmap", "\"backend\": \"nftables\", \"externalSetMarkChain\": \"KUBE-MARK-MASQ\"")),
        Deny("BW-001", Chain("bandwidth", "\"ingressRate\": 1000000, \"ingressBurst\": 1000000"), Chain("bandwidth", "\"ingressRate\": 1000000"), Chain("bandwidth", "\"egressBurst\": 1000000"),
            Chain("bandwidth", "\"egressRate\": 0, \"egressBurst\": 1000000")),
        Deny("BW-002", Chain("bandwidth", "\"ingressRate\": 8, \"ingressBurst\": 800"), Chain("bandwidth", "\"ingressRate\": 7, \"ingressBurst\": 800")),
        Warn("BW-002", Chain("bandwidth", ""), Chain("bandwidth", "\"ingressRate\": 0")),
        Deny("BW-003", Chain("bandwidth", "\"ingressRate\": 1000000, \"ingressBurst\": 34359738352"), Chain("bandwidth", "\"ingressRate\": 1000000, \"ingressBurst\": 34359738360")),
        Warn("BW-004", Chain("bandwidth", ""), Chain("bandwidth", "", """{"type": "macvlan", "master": "eth1"}""")),
        Warn("BW-005", Chain("bandwidth", "\"ingressRate\": 1000000000, \"ingressBurst\": 10000000"), Chain("bandwidth", "\"ingressRate\": 1000000000, \"ingressBurst\": 10000")),
        Warn("BW-006", Chain("bandwidth", ""), Chain("bandwidth", "\"shapedSubnets\": [\"10.0.0.0/8\"]")),
        Deny("TU-001", Chain("tuning", "\"sysctl\": {\"net.ipv4.conf.IFNAME.arp_filter\": \"1\"}"), Chain("tuning", "\"sysctl\": {\"kernel.hostname\": \"x\"}"), Chain("tuning", "\"sysctl\": {\"net/../../kernel/hostname\": \"x\"}"),
            Chain("tuning", "\"sysctl\": {\"net.core.somaxconn\": \"1\", \"net/core/somaxconn\": \"2\"}"), Chain("tuning", "\"sysctl\": {\"\": \"x\"}")),
        Warn("TU-002", new DefinitionInput(Chain("tuning", "\"sysctl\": {\"net.ipv4.conf.IFNAME.arp_filter\": \"1\"}").Config) { Options = new ValidationOptions { AllowedSysctls = ["net.ipv4.conf.IFNAME.*"] } },
            new DefinitionInput(Chain("tuning", "\"sysctl\": {\"net.core.somaxconn\": \"1\"}").Config) { Options = new ValidationOptions { AllowedSysctls = ["net.ipv4.conf.IFNAME.*"] } }),
        Deny("TU-003", Chain("tuning", "\"mtu\": 1400, \"txQLen\": 0"), Chain("tuning", "\"mtu\": -1"), Chain("tuning", "\"txQLen\": -1")),
        Warn("TU-003", Chain("tuning", "\"mtu\": 0"), Chain("tuning", "\"mtu\": 5")),
        Warn("TU-004", Chain("tuning", "\"sysctl\": {}, \"args\": {\"cni\": {\"sysctl\": {}}}"), Chain("tuning", "\"args\": {\"cni\": {\"sysctl\": {}}}")),
        Warn("TU-005", Chain("tuning", "\"sysctl\": {\"net.ipv4.conf.all.arp_filter\": \"1\"}"), Chain("tuning", "\"sysctl\": {\"net.ipv4.conf.net1.arp_filter\": \"1\"}")),
        Deny("FW-001", Chain("firewall", "\"backend\": \"firewalld\", \"ingressPolicy\": \"isolated\""), Chain("firewall", "\"backend\": \"nftables\""), Chain("firewall", "\"ingressPolicy\": \"closed\"")),
        Deny("FW-002", Chain("firewall", "\"iptablesAdminChainName\": \"OUR-RULES\""), Chain("firewall", "\"iptablesAdminChainName\": \"FORWARD\""), Chain("firewall", "\"iptablesAdminChainName\": \"A CHAIN\""),
            Chain("firewall", "\"iptablesAdminChainName\": \"A-CHAIN-WITH-MORE-THAN-28-BYTES\"")),
        Warn("FW-003", Chain("firewall", "\"ingressPolicy\": \"same-bridge\""), Chain("firewall", "\"ingressPolicy\": \"same-bridge\"", """{"type": "macvlan", "master": "eth1"}""")),
        Deny("RO-001", Chain("route-override", "\"addroutes\": [{\"dst\": \"10.9.0.0/16\", \"gw\": \"10.1.0.1\"}]"), Chain("route-override", "\"addroutes\": [{\"dst\": \"10.9.0.1\"}]"),
            Chain("route-override", "\"addroutes\": [{\"dst\": \"10.9.0.0/16\", \"gw\": \"fd00::1\"}]"), Chain("route-override", "\"delroutes\": [{}]"), Chain("route-override", "\"addecmproutes\": [{\"dst\": \"10.9.0.0/16\"}]"),
            Chain("route-override", "\"addroutes\": [{\"dst\": \"10.9.0.0/16\", \"onlink\": true}]"), Chain("route-override", "\"addroutes\": [{\"dst\": \"10.9.0.0/16\", \"scope\": 256}]"),
            Chain("route-override", "\"addroutes\": [{\"dst\": \"10.9.0.0/16\", \"table\": -1}]"), Chain("route-override", "\"addecmproutes\": [{\"dst\": \"10.9.0.0/16\", \"gws\": [\"x\"]}]"), Chain("route-override", "\"addroutes\": [null]")),
        Warn("RO-002", Chain("route-override", ""), Chain("route-override", "", version: "1.1.0")),
    ];
}
