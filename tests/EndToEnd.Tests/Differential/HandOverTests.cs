using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Kernel;
using MultiNet.EndToEnd.Tests.Node;
using MultiNet.EndToEnd.Tests.Runtime;

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
        "bandwidth both directions", "bandwidth behind ptp dual stack",
        "sbr with two addresses of a subnet", "sbr table dual stack",
        "portmap iptables behind ptp dual stack", "portmap nftables behind ptp dual stack", "portmap iptables conditions",
    ];

    [Theory]
    [MemberData(nameof(Networks))]
    public Task WhatTheReferenceAttached_IsReleasedByOurs(string network) => HandOverAsync(network, NodeSandbox.ReferenceBin, NodeSandbox.BuiltInBin);

    [Theory]
    [MemberData(nameof(Networks))]
    public Task WhatOursAttached_IsReleasedByTheReference(string network) => HandOverAsync(network, NodeSandbox.BuiltInBin, NodeSandbox.ReferenceBin);

    private static async Task HandOverAsync(string name, string fromBin, string toBin)
    {
        var network = DifferentialCases.All.Single(c => c.Name == name);
        await using var node = await NodeSandbox.StartAsync();
        await node.AddPodAsync("pod1");
        await node.ShellAsync(network.Prepare);
        var from = new ConfListRuntime(node, fromBin);
        var to = new ConfListRuntime(node, toBin);

        // Once by the one alone, so that what is shared and stays is there.
        (await from.AddAsync(network.List, network.Attachment(1))).MustSucceed();
        await from.DelAsync(network.List, network.Attachment(1));
        var before = await KernelState.TakeAsync(node);
        (await from.AddAsync(network.List, network.Attachment(1))).MustSucceed();

        to.TakeOver(from);
        if (toBin == NodeSandbox.BuiltInBin || network.Checks)
        {
            (await to.CheckAsync(network.List, network.Attachment(1))).MustSucceed();
        }

        var answer = await to.DelAsync(network.List, network.Attachment(1));

        if (toBin == NodeSandbox.ReferenceBin)
        {
            // host-local's index of owners is put right by our next call: the reference does not know of it.
            var next = network.Attachment(1) with { ContainerId = "next" };
            (await from.AddAsync(network.List, next)).MustSucceed();
            (await from.DelAsync(network.List, next)).MustSucceed();
            await CollectGarbageAsync(from, network);
        }

        Assert.True(answer.Succeeded || (toBin == NodeSandbox.ReferenceBin && !network.Deletes), answer.ToString());
        await Leaks.MustBeNoneAsync(node, before, $"by {toBin}");
    }

    // The reference does not know of our records: GC removes those of attachments that are not valid any more.
    private static async Task CollectGarbageAsync(ConfListRuntime runtime, DifferentialCase network)
    {
        foreach (var plugin in network.List["plugins"]!.AsArray())
        {
            var list = new JsonObject { ["name"] = network.List["name"]!.DeepClone(), ["cniVersion"] = "1.1.0", ["plugins"] = new JsonArray(plugin!.DeepClone()) };
            (await runtime.NodeCommandAsync("GC", list, [])).MustSucceed();
        }
    }
}
