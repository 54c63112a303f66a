using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Kernel;
using MultiNet.EndToEnd.Tests.Node;
using MultiNet.EndToEnd.Tests.Runtime;

namespace MultiNet.EndToEnd.Tests.Differential;

/// <summary>Attaches a network by the plugins of one side, and checks and releases it by those of the other.</summary>
internal static class HandOver
{
    /// <summary>What the reference plugins attached, ours release.</summary>
    public static Task FromTheReferenceAsync(string network) => HandOverAsync(network, NodeSandbox.ReferenceBin, NodeSandbox.BuiltInBin);

    /// <summary>What ours attached, the reference plugins release.</summary>
    public static Task ToTheReferenceAsync(string network) => HandOverAsync(network, NodeSandbox.BuiltInBin, NodeSandbox.ReferenceBin);

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
