namespace MultiNet.EndToEnd.Tests.Differential;

/// <content>Bridges that filter VLANs.</content>
internal static partial class DifferentialCases
{
    // A gateway is deaf to router advertisements, as the bridge is; its far end has the kernel's queue length. The reference's IPv6 gateway is
    // not answered for before the kernel has looked for duplicates.
    private const string GatewayDiffers = @"^host link <other end of cni0\.\d+>\.txqlen = |^host sysctl net/ipv6/conf/cni0\.\d+/accept_ra:";

    private static IEnumerable<DifferentialCase> BridgeVlans() =>
    [
        new("bridge vlan", BridgeWith("\"vlan\": 100")) { NeedsVm = true, Pods = 2, Checks = false, Faults = true },
        new("bridge vlan isGateway dual stack", BridgeWith("\"vlan\": 100, \"isGateway\": true", IpamDual))
        {
            NeedsVm = true, Pods = 2, Checks = false, CniVersion = "1.1.0", Differs = GatewayDiffers + @"|^host route .dev: cni0\.100, dst: fd00:88::",
        },
        new("bridge vlan isDefaultGateway ipMasq forceAddress", BridgeWith(
            "\"vlan\": 4094, \"isDefaultGateway\": true, \"ipMasq\": true, \"ipMasqBackend\": \"iptables\", \"forceAddress\": true",
            """{"type": "host-local", "subnet": "10.88.0.0/16"}"""))
        {
            NeedsVm = true, CniVersion = "0.4.0", Differs = GatewayDiffers,
        },
        new("bridge vlan preserveDefaultVlan", BridgeWith("\"vlan\": 100, \"preserveDefaultVlan\": true")) { NeedsVm = true, CniVersion = "0.3.1" },
        new("bridge vlan on a bridge with another default", BridgeWith("\"vlan\": 100, \"preserveDefaultVlan\": true"))
        {
            NeedsVm = true, Prepare = "ip link add cni0 type bridge vlan_filtering 1 vlan_default_pvid 7; ip link set cni0 up",
        },
        new("bridge vlanTrunk", BridgeWith("\"vlanTrunk\": [{\"id\": 101}, {\"minID\": 200, \"maxID\": 210}, {\"id\": 205}, {\"minID\": 4094, \"maxID\": 4094}]"))
        {
            NeedsVm = true, Pods = 2, Checks = false,
        },
        new("bridge vlanTrunk preserveDefaultVlan", BridgeWith("\"vlanTrunk\": [{\"id\": 101}], \"preserveDefaultVlan\": true")) { NeedsVm = true, CniVersion = "0.2.0" },
        new("bridge vlanTrunk that is empty", BridgeWith("\"vlanTrunk\": []")) { NeedsVm = true },
        new("bridge vlan and vlanTrunk of layer 2", """[{"type": "bridge", "bridge": "cni0", "vlan": 100, "vlanTrunk": [{"id": 100}, {"minID": 101, "maxID": 103}]}]""")
        {
            // The reference adds the trunk's VLANs last, and a VLAN that is in both is no longer that of untagged frames.
            NeedsVm = true, Checks = false, Differs = "^host bridge-vlan .ifname: <veth of pod1/eth0>",
        },
    ];

    // Refused before the kernel is asked for anything.
    private static IEnumerable<DifferentialCase> BridgeVlanFailures() =>
    [
        new("bridge vlan negative", BridgeWith("\"vlan\": -1")),
        new("bridge vlanTrunk id 0", BridgeWith("\"vlanTrunk\": [{\"id\": 0}]")),
        new("bridge vlanTrunk id too large", BridgeWith("\"vlanTrunk\": [{\"id\": 4095}]")),
        new("bridge vlanTrunk minID too large", BridgeWith("\"vlanTrunk\": [{\"minID\": 4095, \"maxID\": 4095}]")),
        new("bridge vlanTrunk maxID too large", BridgeWith("\"vlanTrunk\": [{\"minID\": 5, \"maxID\": 4095}]")),
        new("bridge vlanTrunk range upside down", BridgeWith("\"vlanTrunk\": [{\"minID\": 9, \"maxID\": 5}]")),
        new("bridge vlanTrunk without maxID", BridgeWith("\"vlanTrunk\": [{\"minID\": 5}]")),
        new("bridge vlanTrunk without minID", BridgeWith("\"vlanTrunk\": [{\"maxID\": 5}]")),
    ];
}
