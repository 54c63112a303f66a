namespace MultiNet.EndToEnd.Tests.Differential;

/// <content>Bridges that filter VLANs.</content>
internal static partial class DifferentialCases
{
    private static IEnumerable<DifferentialCase> BridgeVlans() =>
    [
        new("bridge vlan", BridgeWith("\"vlan\": 100")) { NeedsVm = true, Pods = 2, Faults = true },
    ];

    private static IEnumerable<DifferentialCase> BridgeVlanFailures() =>
    [
        new("bridge vlan negative", BridgeWith("\"vlan\": -1")) { NeedsVm = true },
    ];
}
