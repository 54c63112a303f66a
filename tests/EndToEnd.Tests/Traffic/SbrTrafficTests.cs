using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Node;
using MultiNet.EndToEnd.Tests.Runtime;

namespace MultiNet.EndToEnd.Tests.Traffic;

/// <summary>
/// A pod with two networks, and behind each a router that knows no other: both have the same address beyond them, so that an
/// answer proves which way packet and answer went.
/// </summary>
public sealed class SbrTrafficTests
{
    private static readonly string[] s_networks = ["a", "b"];

    [Fact]
    public async Task Packets_LeaveByTheInterfaceOfTheirSourceAddress_AndAreAnswered()
    {
        await using var node = await NodeSandbox.StartAsync();
        var runtime = new ConfListRuntime(node, NodeSandbox.BuiltInBin);
        var path = await node.AddPodAsync("pod");
        var first = await AttachAsync(runtime, path, 1, sbr: false);
        var second = await AttachAsync(runtime, path, 2, sbr: false);
        await AddRoutersAsync(node);
        await MustAsync(node, "pod", "192.0.2.1", from: "10.1.0.5", answered: true);
        await MustAsync(node, "pod", "192.0.2.1", from: "10.2.0.5", answered: false); // one default route for both
        await MustAsync(node, "router2", "10.2.0.5", from: "192.0.2.1", answered: false);
        (await runtime.DelAsync(second.List, second.Attachment)).MustSucceed();

        second = await AttachAsync(runtime, path, 2, sbr: true);
        foreach (var network in (int[])[1, 2])
        {
            await MustAsync(node, "pod", "192.0.2.1", from: $"10.{network}.0.5", answered: true);
            await MustAsync(node, "pod", "fd00:ffff::1", from: $"fd00:{network}::5", answered: true);
            await MustAsync(node, $"router{network}", $"10.{network}.0.5", from: "192.0.2.1", answered: true);
            await MustAsync(node, $"router{network}", $"fd00:{network}::5", from: "fd00:ffff::1", answered: true);
        }

        (await runtime.CheckAsync(second.List, second.Attachment)).MustSucceed();
        (await runtime.DelAsync(second.List, second.Attachment)).MustSucceed();
        await MustAsync(node, "pod", "192.0.2.1", from: "10.1.0.5", answered: true);
        await MustAsync(node, "pod", "fd00:ffff::1", from: "fd00:1::5", answered: true);
        (await runtime.DelAsync(first.List, first.Attachment)).MustSucceed();
    }

    private static async Task<(JsonObject List, Attachment Attachment)> AttachAsync(ConfListRuntime runtime, string path, int network, bool sbr)
    {
        // The second network's default routes only count with sbr: the first one's are there before them.
        var routes = network == 1 || sbr ? """, "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]""" : "";
        var list = JsonNode.Parse($$"""
            {"name": "net-{{network}}", "cniVersion": "1.0.0", "plugins": [
              {"type": "bridge", "bridge": "br-{{s_networks[network - 1]}}",
               "ipam": {"type": "static", "addresses": [{"address": "10.{{network}}.0.5/24", "gateway": "10.{{network}}.0.1"},
                                                        {"address": "fd00:{{network}}::5/64", "gateway": "fd00:{{network}}::1"}]{{routes}}} }{{(sbr ? """, {"type": "sbr"}""" : "")}}]}
            """)!.AsObject();
        var attachment = new Attachment("container-of-pod", path, $"net{network}");
        (await runtime.AddAsync(list, attachment)).MustSucceed();
        return (list, attachment);
    }

    private static async Task AddRoutersAsync(NodeSandbox node)
    {
        for (var network = 1; network <= 2; network++)
        {
            await node.AddPodAsync($"router{network}");
            await node.ShellAsync($"""
                ip link add to-router{network} type veth peer name eth0 netns router{network}
                ip link set to-router{network} master br-{s_networks[network - 1]} up
                """);
            await node.PodShellAsync($"router{network}", $"""
                ip link set lo up
                ip link set eth0 up
                ip address add 10.{network}.0.1/24 dev eth0
                ip address add fd00:{network}::1/64 dev eth0 nodad
                ip address add 192.0.2.1/32 dev lo
                ip address add fd00:ffff::1/128 dev lo nodad
                """);
        }
    }

    private static async Task MustAsync(NodeSandbox node, string pod, string address, string from, bool answered)
    {
        // The first packet may wait for a neighbour's address longer than it lives.
        var script = $"for i in {(answered ? "$(seq 60)" : "1 2")}; do if ping -n -c 1 -W 1 -I {from} {address}; then exit 0; fi; done; exit 1";
        var result = await node.RunAsync(["nsenter", $"--net={NodeSandbox.Netns(pod)}", "sh", "-c", script]);
        Assert.True(result.ExitCode == (answered ? 0 : 1), $"{pod}: from {from} to {address}: {result.Output}{result.Error}");
    }
}
