using System.Globalization;

namespace MultiNet.Bench;

/// <summary>A plugin of which ADD and DEL are measured, each as a process of its own: once the reference's, once ours.</summary>
/// <param name="Name">What a reader calls it.</param>
/// <param name="Plugin">Its configuration; <c>SIDE</c> stands for the side, <c>NUMBER</c> for a number of it.</param>
/// <param name="Runtime">The key <c>runtimeConfig</c>, or empty.</param>
/// <param name="IsChained">Does a bridge, which is not measured, make the interface before it?</param>
/// <param name="NeedsVm">May a machine's kernel lack what it needs?</param>
internal sealed record PluginNetwork(string Name, string Plugin, string Runtime = "", bool IsChained = false, bool NeedsVm = false)
{
    private const string Ipam = """ "ipam": {"type": "host-local", "subnet": "10.99.0.0/16"} """;

    private const string Limits = """{"bandwidth": {"ingressRate": 100000000, "ingressBurst": 10000000, "egressRate": 100000000, "egressBurst": 10000000}}""";

    /// <summary>What makes the interface of chained plugins.</summary>
    public static string Head => $$"""{"type": "bridge", "bridge": "head", {{Ipam}}}""";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PluginNetwork> All { get; } =
    [
        new("bridge", $$"""{"type": "bridge", "bridge": "bench", "isGateway": true, {{Ipam}}}"""),
        new("bridge, ipMasq by iptables", $$"""{"type": "bridge", "bridge": "bench", "isGateway": true, "ipMasq": true, "ipMasqBackend": "iptables", {{Ipam}}}"""),
        new("ptp", $$"""{"type": "ptp", {{Ipam}}}"""),
        new("tap", $$"""{"type": "tap", {{Ipam}}}"""),
        new("host-device", """{"type": "host-device", "device": "dev-SIDE"}"""),
        new("macvlan", $$"""{"type": "macvlan", "master": "uplink", {{Ipam}}}""", NeedsVm: true),
        new("ipvlan", $$"""{"type": "ipvlan", "master": "uplink", {{Ipam}}}""", NeedsVm: true),
        new("vlan", $$"""{"type": "vlan", "master": "uplink", "vlanId": NUMBER, {{Ipam}}}""", NeedsVm: true),
        new("dummy", $$"""{"type": "dummy", {{Ipam}}}""", NeedsVm: true),
        new("vrf", """{"type": "vrf", "vrfname": "blue"}""", IsChained: true, NeedsVm: true),
        new("tuning", """{"type": "tuning", "mtu": 1400, "promisc": true, "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1"}}""", IsChained: true),
        new("sbr", """{"type": "sbr"}""", IsChained: true),
        new("firewall, iptables", """{"type": "firewall", "backend": "iptables"}""", IsChained: true),
        new("bandwidth", """{"type": "bandwidth"}""", Limits, IsChained: true),
        new("portmap, no port", """{"type": "portmap", "backend": "iptables"}""", IsChained: true),
        new("portmap, 1 port, iptables", """{"type": "portmap", "backend": "iptables"}""", Ports(1), IsChained: true),
        new("portmap, 20 ports, iptables", """{"type": "portmap", "backend": "iptables"}""", Ports(20), IsChained: true),
        new("portmap, 1 port, nftables", """{"type": "portmap", "backend": "nftables"}""", Ports(1), IsChained: true),
        new("portmap, 20 ports, nftables", """{"type": "portmap", "backend": "nftables"}""", Ports(20), IsChained: true),
    ];

    // Each side has ports of its own.
    private static string Ports(int count) => "{\"portMappings\": [" + string.Join(", ", Enumerable.Range(0, count).Select(i => string.Create(
        CultureInfo.InvariantCulture, $$"""{"hostPort": NUMBER{{i:00}}, "containerPort": {{8000 + i}}, "protocol": "tcp"}"""))) + "]}";
}
