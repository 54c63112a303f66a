namespace MultiNet.EndToEnd.Tests.Differential;

/// <content>The firewall plugin after a bridge.</content>
internal static partial class DifferentialCases
{
    private const string Iptables = "\"backend\": \"iptables\"";

    private static string Firewalled(string keys, string ipam = Ipam4, string gateway = ", \"isGateway\": true") =>
        $$"""[{"type": "bridge", "bridge": "cni0"{{gateway}}, "ipam": {{ipam}}}, {"type": "firewall"{{(keys.Length > 0 ? ", " + keys : "")}}}]""";

    private static IEnumerable<DifferentialCase> Firewall() =>
    [
        new("firewall", Firewalled("")),
        new("firewall two pods", Firewalled(Iptables)) { Pods = 2 },
        new("firewall IPv6", Firewalled(Iptables, Ipam6)) { Pods = 2 },
        new("firewall dual stack", Firewalled(Iptables, IpamDual)) { Pods = 2 },
        new("firewall empty keys", Firewalled("\"backend\": \"\", \"iptablesAdminChainName\": \"\", \"firewalldZone\": \"\", \"ingressPolicy\": \"\"")),
        new("firewall null keys", Firewalled("\"backend\": null, \"iptablesAdminChainName\": null, \"firewalldZone\": null, \"ingressPolicy\": null")),
        new("firewall admin chain", Firewalled(Iptables + ", \"iptablesAdminChainName\": \"my_admin-chain\"", IpamDual)),
        new("firewall admin chain of 28 characters", Firewalled(Iptables + ", \"iptablesAdminChainName\": \"a234567890123456789012345678\"")),
        new("firewall zone without firewalld", Firewalled("\"firewalldZone\": \"public\"")),
        new("firewall open", Firewalled(Iptables + ", \"ingressPolicy\": \"open\"", IpamDual)),
        new("firewall same-bridge", Firewalled(Iptables + ", \"ingressPolicy\": \"same-bridge\"")) { Pods = 2 },
        new("firewall same-bridge IPv6", Firewalled(Iptables + ", \"ingressPolicy\": \"same-bridge\"", Ipam6)),
        new("firewall same-bridge dual stack", Firewalled(Iptables + ", \"ingressPolicy\": \"same-bridge\"", IpamDual)) { Pods = 2 },
        new("firewall isolated", Firewalled(Iptables + ", \"ingressPolicy\": \"isolated\"")) { Pods = 2 },
        new("firewall isolated IPv6", Firewalled("\"ingressPolicy\": \"isolated\"", Ipam6)),
        new("firewall isolated dual stack", Firewalled("\"ingressPolicy\": \"isolated\"", IpamDual)) { Pods = 2, Faults = true },
        new("firewall beside another bridge with a policy", Firewalled(Iptables + ", \"ingressPolicy\": \"isolated\"", IpamDual))
        {
            Prepare = string.Concat(FirewalledBefore("same-bridge", "iptables"), FirewalledBefore("same-bridge", "ip6tables")),
        },
        new("firewall with the rules of another policy of the bridge", Firewalled(Iptables + ", \"ingressPolicy\": \"same-bridge\""))
        {
            Prepare = FirewalledBefore("isolated", "iptables", "cni0"),
        },
        new("firewall with rules of the administrator", Firewalled(Iptables))
        {
            Prepare = """
                iptables -N CNI-ADMIN; iptables -A CNI-ADMIN -s 10.88.0.77 -j DROP; iptables -P FORWARD DROP
                iptables -A FORWARD -m comment --comment "mine: \"quoted\" and it's \\ so" -j ACCEPT; iptables -N CNI-FORWARD; iptables -A CNI-FORWARD -p tcp --dport 80 -j ACCEPT
                """,
        },
        new("firewall with all in place", Firewalled(Iptables))
        {
            Prepare = """
                iptables -N CNI-ADMIN; iptables -N CNI-FORWARD
                iptables -A FORWARD -j ACCEPT; iptables -A FORWARD -m comment --comment "CNI firewall plugin rules" -j CNI-FORWARD
                iptables -A CNI-FORWARD -j ACCEPT; iptables -A CNI-FORWARD -m comment --comment "CNI firewall plugin admin overrides" -j CNI-ADMIN
                """,
        },
        new("firewall with the rules of the address", Firewalled(Iptables))
        {
            Prepare = "iptables -N CNI-FORWARD; iptables -A CNI-FORWARD -s 10.88.0.2/32 -j ACCEPT",
        },
        new("firewall after ptp", $$"""[{"type": "ptp", "ipam": {{IpamDual}}}, {"type": "firewall", {{Iptables}}}]"""),
        new("firewall after a bridge that masquerades", $$"""
            [{"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "ipMasqBackend": "iptables", "ipam": {{IpamDual}}}, {"type": "firewall", {{Iptables}}}]
            """),
        new("firewall and tuning", $$"""
            [{"type": "bridge", "bridge": "cni0", "ipam": {{Ipam4}}}, {"type": "firewall", {{Iptables}}}, {"type": "tuning", "mtu": 1400}]
            """),
        .. new[] { "0.4.0", "1.0.0", "1.1.0" }.Select(version => new DifferentialCase(
            $"firewall CNI {version}", Firewalled(Iptables + ", \"ingressPolicy\": \"isolated\"", IpamDual)) { CniVersion = version, Pods = 2 }),
    ];

    // What the reference puts up for a bridge with a policy.
    private static string FirewalledBefore(string policy, string tool, string bridge = "other0") => $"""
        all="CNI firewall plugin rules (ingressPolicy: same-bridge|isolated)"; own="CNI firewall plugin rules (ingressPolicy: {policy})"
        {tool} -N CNI-ISOLATION-STAGE-1; {tool} -N CNI-ISOLATION-STAGE-2
        {tool} -I FORWARD -j CNI-ISOLATION-STAGE-1 -m comment --comment "$all"
        {tool} -A CNI-ISOLATION-STAGE-1 -i {bridge} -o {bridge} -j DROP -m comment --comment "$own"
        {tool} -A CNI-ISOLATION-STAGE-1 -i {bridge} ! -o {bridge} -j CNI-ISOLATION-STAGE-2 -m comment --comment "$own"
        {tool} -A CNI-ISOLATION-STAGE-1 -j RETURN -m comment --comment "$all"
        {tool} -A CNI-ISOLATION-STAGE-2 -o {bridge} -j DROP -m comment --comment "$all"
        {tool} -A CNI-ISOLATION-STAGE-2 -j RETURN -m comment --comment "$all"

        """;

    private static IEnumerable<DifferentialCase> FirewallFailures() =>
    [
        new("firewall alone", $$"""[{"type": "firewall", {{Iptables}}}]"""),
        new("firewall unknown policy", Firewalled(Iptables + ", \"ingressPolicy\": \"closed\"", gateway: "")),
        new("firewall policy without an interface", """
            [{"type": "firewall", "backend": "iptables", "ingressPolicy": "same-bridge", "prevResult": {"cniVersion": "1.0.0", "ips": [{"address": "10.88.0.2/16"}]}}]
            """),
        new("firewall policy without a name", """
            [{"type": "firewall", "backend": "iptables", "ingressPolicy": "isolated", "prevResult": {"cniVersion": "1.0.0", "interfaces": [{"name": ""}], "ips": [{"address": "10.88.0.2/16"}]}}]
            """),
        new("firewall admin chain too long", Firewalled(Iptables + ", \"iptablesAdminChainName\": \"a2345678901234567890123456789\"", gateway: ""))
        {
            Message = "invalid iptablesAdminChainName \"a2345678901234567890123456789\"",
        },
        new("firewall backend number", Firewalled("\"backend\": 5", gateway: "")) { Message = "network configuration: backend: expected a string, found the number 5" },
        new("firewall firewalld that does not run", Firewalled("\"backend\": \"firewalld\"", gateway: ""))
        {
            Message = "failed to add the address 10.88.0.2/32 to trusted zone: cannot connect to the message bus at unix:path=/run/dbus/system_bus_socket: nobody listens there",
        },
        new("firewall CNI 0.3.1", """[{"type": "firewall"}]""") { CniVersion = "0.3.1" },
    ];
}
