namespace MultiNet.EndToEnd.Tests.Differential;

/// <content>bandwidth.</content>
internal static partial class DifferentialCases
{
    private const string BothLimits = "\"ingressRate\": 8000000, \"ingressBurst\": 1600000, \"egressRate\": 16000000, \"egressBurst\": 2400000";

    private const string RuntimeLimits = """{"bandwidth": {"ingressRate": 4000000, "ingressBurst": 800000, "egressRate": 6000000, "egressBurst": 900000}}""";

    private static string Limited(string keys, string before = "") =>
        $"{(before.Length > 0 ? before : BridgeWith(""))[..^1]}, {{\"type\": \"bandwidth\"{(keys.Length > 0 ? ", " + keys : "")}}}]";

    private static string PtpWith(string ipam) => $$"""[{"type": "ptp", "ipam": {{ipam}}}]""";

    private static IEnumerable<DifferentialCase> Bandwidth() =>
    [
        // With a gateway the bridge keeps its MAC when the second pod comes: the reference's CHECK of the first one wants it as it was.
        new("bandwidth both directions", Limited(BothLimits, BridgeWith("\"isGateway\": true"))) { Faults = true, Pods = 2, Destroy = "ip link delete cni0" },
        new("bandwidth ingress only", Limited("\"ingressRate\": 8000000, \"ingressBurst\": 1600000")),
        new("bandwidth egress only", Limited("\"egressRate\": 8000000, \"egressBurst\": 1600000")),
        new("bandwidth behind ptp", Limited(BothLimits, PtpWith(Ipam4))) { Pods = 2 },
        new("bandwidth behind ptp IPv6", Limited(BothLimits, PtpWith(Ipam6))),
        new("bandwidth behind ptp dual stack", Limited(BothLimits, PtpWith(IpamDual))),
        new("bandwidth behind a bridge dual stack", Limited(BothLimits, BridgeWith("\"isGateway\": true", IpamDual))),
        new("bandwidth with an mtu", Limited(BothLimits, BridgeWith("\"mtu\": 1400"))),
        new("bandwidth before tuning", Limited(BothLimits)[..^1] + ", {\"type\": \"tuning\", \"mtu\": 1400}]"),
        new("bandwidth of the runtime", Limited("\"capabilities\": {\"bandwidth\": true}")) { Capabilities = RuntimeLimits },
        new("bandwidth of the runtime, ingress only", Limited("\"capabilities\": {\"bandwidth\": true}"))
        {
            Capabilities = """{"bandwidth": {"ingressRate": 4000000, "ingressBurst": 800000}}""",
        },
        new("bandwidth of the runtime and its own", Limited("\"capabilities\": {\"bandwidth\": true}, \"egressRate\": 8000000, \"egressBurst\": 1600000")) { Capabilities = RuntimeLimits },
        new("bandwidth of the runtime and zero of its own", Limited("\"capabilities\": {\"bandwidth\": true}, \"ingressRate\": 0")) { Capabilities = RuntimeLimits },
        new("bandwidth without limits", Limited("")),
        new("bandwidth with limits of zero", Limited("\"ingressRate\": 0, \"ingressBurst\": 0, \"egressRate\": 0, \"egressBurst\": 0")),
        new("bandwidth of more than 2^32 bytes per second", Limited("\"ingressRate\": 64000000000, \"ingressBurst\": 4000000000, \"egressRate\": 400000000000, \"egressBurst\": 8000000000")),
        new("bandwidth with the largest burst", Limited("\"ingressRate\": 80000000000, \"ingressBurst\": 32000000000, \"egressRate\": 80000000000, \"egressBurst\": 32000000000")),
        // Some kernels cut the bucket to 4.29 seconds, which the reference's CHECK does not expect.
        new("bandwidth with the burst of Kubernetes", Limited("\"ingressRate\": 100000000, \"ingressBurst\": 2147483647, \"egressRate\": 10000000, \"egressBurst\": 2147483647")) { Checks = false },
        // Below 7.8 Mbit/s the reference's number of ticks begins again at zero.
        new("bandwidth with the burst of Kubernetes at a small rate", Limited("\"ingressRate\": 1000000, \"ingressBurst\": 2147483647")) { Checks = false, Differs = "^host qdisc <veth of pod1/eth0> tbf " },
        new("bandwidth smallest", Limited("\"ingressRate\": 8, \"ingressBurst\": 8, \"egressRate\": 15, \"egressBurst\": 15")),
        new("bandwidth odd numbers", Limited("\"ingressRate\": 12345678, \"ingressBurst\": 7654321, \"egressRate\": 1000003, \"egressBurst\": 300007")),
        new("bandwidth with other letter case and unknown keys", Limited("""
            "IngressRate": 8000000, "INGRESSBURST": 1600000, "shapedSubnets": ["10.0.0.0/8"], "unshapedSubnets": ["10.1.0.0/16"], "egressRate": null
            """)),
        .. new[] { "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0" }.Select(version => new DifferentialCase($"version {version} bandwidth", Limited(BothLimits)) { CniVersion = version }),
    ];

    private static IEnumerable<DifferentialCase> BandwidthFailures() =>
    [
        new("bandwidth ingress rate without burst", Limited("\"ingressRate\": 8000")),
        new("bandwidth egress rate without burst", Limited("\"egressRate\": 8000")),
        new("bandwidth ingress burst without rate", Limited("\"ingressBurst\": 8000")),
        new("bandwidth egress burst without rate", Limited("\"egressBurst\": 8000")),
        new("bandwidth burst too large", Limited("\"ingressRate\": 8000, \"ingressBurst\": 34359738360")),
        new("bandwidth of the runtime without burst", Limited("\"capabilities\": {\"bandwidth\": true}")) { Capabilities = """{"bandwidth": {"egressRate": 8000}}""" },
        new("bandwidth alone", $"[{{\"type\": \"bandwidth\", {BothLimits}}}]"),
        new("bandwidth behind what makes no interface", Limited(BothLimits, $$"""[{"type": "host-local", "ipam": {{Ipam4}}}]""")),
        new("bandwidth rate below a byte per second", Limited("\"ingressRate\": 7, \"ingressBurst\": 8000")) { Message = "invalid rate: 7" },
        new("bandwidth burst below a byte", Limited("\"egressRate\": 8000, \"egressBurst\": 7")) { Message = "invalid burst: 7" },
        new("bandwidth burst below a microsecond", Limited("\"egressRate\": 100000000000, \"egressBurst\": 8000")) { Message = "invalid burst: 8000" },
        new("bandwidth rate of another type", Limited("\"egressRate\": \"1M\", \"egressBurst\": 7"))
        {
            Message = "network configuration: egressRate: expected a whole number from 0 to 18446744073709551615, found the string \"1M\"",
        },
        new("bandwidth rate below zero", Limited("\"egressRate\": -1, \"egressBurst\": 7"))
        {
            Message = "network configuration: egressRate: expected a whole number from 0 to 18446744073709551615, found the number -1",
        },
    ];
}
