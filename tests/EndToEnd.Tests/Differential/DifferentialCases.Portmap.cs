namespace MultiNet.EndToEnd.Tests.Differential;

/// <content>portmap.</content>
internal static partial class DifferentialCases
{
    private const string OnePort = """{"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}]}""";

    private const string AllProtocols = """
        {"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}, {"hostPort": 53, "containerPort": 5353, "protocol": "udp"},
          {"hostPort": 9090, "containerPort": 90, "protocol": "sctp"}, {"hostPort": 8443, "containerPort": 443, "protocol": "tcp"}]}
        """;

    // One without an address of the host, because of which route_localnet is set by both sides.
    private const string HostAddresses = """
        {"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}, {"hostPort": 8081, "containerPort": 81, "protocol": "tcp", "hostIP": "10.88.0.1"},
          {"hostPort": 8082, "containerPort": 82, "protocol": "udp", "hostIP": "127.0.0.1"}, {"hostPort": 8083, "containerPort": 83, "protocol": "tcp", "hostIP": "fd00:88::1"},
          {"hostPort": 8084, "containerPort": 84, "protocol": "sctp", "hostIP": "0.0.0.0"}, {"hostPort": 8085, "containerPort": 85, "protocol": "tcp", "hostIP": "::"}]}
        """;

    // Where conditions are at the entrance for all with the reference, they are at the network's own mappings with us.
    private const string ConditionalRules = @"^host nft rule #\d+ .*chain: ""?(prerouting|output|hostports)\b";

    private static string TwentyPorts =>
        "{\"portMappings\": ["
        + string.Join(", ", Enumerable.Range(0, 20).Select(n => $$"""{"hostPort": {{8000 + n}}, "containerPort": {{100 + n}}, "protocol": "tcp"}"""))
        + "]}";

    private static string WithPortmap(string ipam, string keys = "", string main = "\"type\": \"bridge\", \"bridge\": \"cni0\", \"isGateway\": true") =>
        $$$"""[{{{{main}}}, "ipam": {{{ipam}}}}, {"type": "portmap", {{{(keys.Length > 0 ? keys + ", " : "")}}}"capabilities": {"portMappings": true}}]""";

    private static IEnumerable<DifferentialCase> Portmap() =>
    [
        .. ((string[])["iptables", "nftables"]).SelectMany(backend =>
        {
            string chosen = $"\"backend\": \"{backend}\"";
            const string ptp = "\"type\": \"ptp\"";
            return (DifferentialCase[])
            [
                new($"portmap {backend}", WithPortmap(Ipam4, chosen)) { Capabilities = OnePort },
                new($"portmap {backend} IPv6", WithPortmap(Ipam6, chosen)) { Capabilities = OnePort },
                new($"portmap {backend} dual stack", WithPortmap(IpamDual, chosen)) { Capabilities = AllProtocols, Faults = true },
                new($"portmap {backend} behind ptp", WithPortmap(Ipam4, chosen, ptp)) { Capabilities = AllProtocols },
                new($"portmap {backend} behind ptp dual stack", WithPortmap(IpamDual, chosen, ptp)) { Capabilities = HostAddresses.Replace("10.88.0.1", "127.0.0.2", StringComparison.Ordinal) },
                new($"portmap {backend} behind a masqueraded bridge", WithPortmap(
                    Ipam4, chosen, $"\"type\": \"bridge\", \"bridge\": \"cni0\", \"isGateway\": true, \"ipMasq\": true, \"ipMasqBackend\": \"{backend}\""))
                {
                    Capabilities = OnePort, Deletes = backend == "iptables",
                },
                new($"portmap {backend} on another interface name", WithPortmap(Ipam4, chosen)) { Capabilities = OnePort, Interface = "net1" },
                new($"portmap {backend} host addresses", WithPortmap(IpamDual, chosen)) { Capabilities = HostAddresses },
                new($"portmap {backend} twenty ports", WithPortmap(IpamDual, chosen)) { Capabilities = TwentyPorts },
                new($"portmap {backend} without snat", WithPortmap(IpamDual, chosen + ", \"snat\": false")) { Capabilities = OnePort },
                new($"portmap {backend} snat null", WithPortmap(Ipam4, chosen + ", \"snat\": null")) { Capabilities = OnePort },
                new($"portmap {backend} markMasqBit", WithPortmap(Ipam4, chosen + ", \"markMasqBit\": 31")) { Capabilities = OnePort },
                new($"portmap {backend} markMasqBit 0", WithPortmap(Ipam6, chosen + ", \"markMasqBit\": 0")) { Capabilities = OnePort },
                new($"portmap {backend} without mappings", WithPortmap(IpamDual, chosen)) { Capabilities = """{"portMappings": []}""" },
                new($"portmap {backend} without the capability", WithPortmap(IpamDual, chosen)),
                new($"portmap {backend} empty conditions", WithPortmap(Ipam4, chosen + ", \"conditionsV4\": [], \"conditionsV6\": [\"\"]")) { Capabilities = OnePort },
                .. ((string[])["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"]).Select(
                    version => new DifferentialCase($"portmap {backend} in version {version}", WithPortmap(IpamDual, chosen)) { Capabilities = OnePort, CniVersion = version }),
            ];
        }),
        new("portmap", WithPortmap(IpamDual)) { Capabilities = AllProtocols },
        new("portmap iptables masqAll", WithPortmap(IpamDual, "\"backend\": \"iptables\", \"masqAll\": true")) { Capabilities = AllProtocols },
        new("portmap iptables externalSetMarkChain", WithPortmap(IpamDual, "\"externalSetMarkChain\": \"KUBE-MARK-MASQ\""))
        {
            Capabilities = OnePort, Prepare = "for t in iptables ip6tables; do $t -t nat -N KUBE-MARK-MASQ; $t -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000; done",
        },
        new("portmap iptables conditions", WithPortmap(
            IpamDual, """
            "conditionsV4": ["-s", "198.51.100.0/24", "!", "-i", "eth7", "-m", "mark", "--mark", "0x5"], "conditionsV6": ["!", "-d", "2001:db8::1"]
            """, "\"type\": \"ptp\"")) { Capabilities = AllProtocols },
        new("portmap nftables conditions", WithPortmap(
            IpamDual, """
            "backend": "nftables", "conditionsV4": ["ip saddr 198.51.100.0/24", "meta mark 5"], "conditionsV6": ["ip6 daddr != 2001:db8::1"]
            """)) { Capabilities = AllProtocols, Differs = ConditionalRules },
        new("portmap twice on one node", WithPortmap(Ipam4, "\"backend\": \"nftables\"")) { Capabilities = OnePort, Prepare = OthersPort },
        new("portmap twice on one node with iptables", WithPortmap(Ipam4, "\"backend\": \"iptables\"")) { Capabilities = OnePort, Prepare = OthersPort },
    ];

    // Another pod's mapping, of the reference, for other ports: the first of the node.
    private const string OthersPort = """
        for backend in iptables nftables; do
          echo '{"cniVersion": "1.0.0", "name": "net-under-test", "type": "portmap", "backend": "'$backend'", "runtimeConfig": {"portMappings": [{"hostPort": 7070, "containerPort": 70, "protocol": "tcp"}]},
            "prevResult": {"cniVersion": "1.0.0", "ips": [{"address": "10.88.0.99/16"}, {"address": "fd00:88::99/64"}]}}' |
          CNI_COMMAND=ADD CNI_CONTAINERID=other CNI_NETNS=/run/netns/pod1 CNI_IFNAME=eth0 CNI_PATH=/opt/cni/reference /opt/cni/reference/portmap >/dev/null
        done
        """;

    private static IEnumerable<DifferentialCase> PortmapFailures()
    {
        (string Name, string Keys, string Mapping, string? Message)[] cases =
        [
            ("host port 0", "", """{"hostPort": 0, "containerPort": 80, "protocol": "tcp"}""", null),
            ("no host port", "", """{"containerPort": 80, "protocol": "tcp"}""", null),
            ("negative container port", "", """{"hostPort": 80, "containerPort": -80, "protocol": "tcp"}""", null),
            ("host port too large", "", """{"hostPort": 65536, "containerPort": 80, "protocol": "tcp"}""", "failed to parse config: Invalid host port number: 65536"),
            ("unknown protocol", "", """{"hostPort": 80, "containerPort": 80, "protocol": "icmp"}""", "failed to parse config: Invalid protocol: \"icmp\""),
            ("unknown backend", "\"backend\": \"ipfw\"", "", null),
            ("mark of two makers", "\"markMasqBit\": 5, \"externalSetMarkChain\": \"X\"", "", null),
            ("bit too large", "\"markMasqBit\": 32", "", null),
            ("negative bit", "\"markMasqBit\": -1", "", null),
            ("options of iptables with nftables", "\"backend\": \"nftables\", \"externalSetMarkChain\": \"X\", \"conditionsV4\": [\"-d\", \"1.2.3.4\"], \"conditionsV6\": [\"!\", \"-d\", \"::1\"]", "", null),
            ("conditions of nftables with iptables", "\"backend\": \"iptables\", \"conditionsV6\": [\"ip6 daddr ::1\"]", "", null),
            ("conditions of nftables by default", "\"conditionsV4\": [\"ip daddr 1.2.3.4\"]", "", null),
        ];
        return
        [
            .. cases.Select(c => new DifferentialCase($"portmap {c.Name}", WithPortmap(Ipam4, c.Keys, "\"type\": \"bridge\", \"bridge\": \"cni0\""))
            {
                Capabilities = c.Mapping.Length > 0 ? $$"""{"portMappings": [{{c.Mapping}}]}""" : OnePort,
                Message = c.Message,
            }),
            new("portmap alone", """[{"type": "portmap"}]"""),
            new("portmap alone with a mapping", """[{"type": "portmap", "capabilities": {"portMappings": true}}]""") { Capabilities = OnePort },
        ];
    }
}
