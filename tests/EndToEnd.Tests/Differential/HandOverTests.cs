namespace MultiNet.EndToEnd.Tests.Differential;

/// <summary>Nodes are upgraded and rolled back while pods run: what one side attached, the other checks and releases.</summary>
public sealed class HandOverTests
{
    /// <summary>The networks with state outside of the pod, by the names of their cases.</summary>
    public static TheoryData<string> Networks =>
    [
        "bridge isGateway dual stack", "bridge ipMasq iptables dual stack", "bridge ipMasq nftables dual stack", "bridge macspoofchk", "bridge without ipam",
        "ptp ipMasq iptables dual stack", "ptp ipMasq nftables dual stack", "tuning everything with dataDir", "static", "host-local two families", "loopback",
        "firewall dual stack", "firewall isolated dual stack", "firewall admin chain", "firewall same-bridge",
        "host-device device", "host-device dual stack", "host-device whose name the pod has",
        "tap", "tap owner and group",
        "bandwidth both directions", "bandwidth behind ptp dual stack",
        "sbr with two addresses of a subnet", "sbr table dual stack",
        "portmap iptables behind ptp dual stack", "portmap nftables behind ptp dual stack", "portmap iptables conditions",
    ];

    [Theory]
    [MemberData(nameof(Networks))]
    public Task WhatTheReferenceAttached_IsReleasedByOurs(string network) => HandOver.FromTheReferenceAsync(network);

    [Theory]
    [MemberData(nameof(Networks))]
    public Task WhatOursAttached_IsReleasedByTheReference(string network) => HandOver.ToTheReferenceAsync(network);
}
