using MultiNet.EndToEnd.Tests.Kernel;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Examples;

/// <summary>examples/telco: two planes of virtual functions beside the management network, as a user would try it.</summary>
[Trait("Kernel", "vm")]
public sealed class TelcoTests
{
    [Fact]
    public async Task TheExample_HasItsThreeWaysOut_AndGivesTheFunctionsBack()
    {
        await using var node = await NodeSandbox.StartAsync();
        await SriovCards.GiveAsync(node);
        foreach (var file in (string[])["networks.yaml", "pod.yaml"])
        {
            node.Write($"/run/.node/telco/{file}", File.ReadAllText(Path.Combine(TestEnvironment.Examples("telco"), file)));
        }

        const string run = "/opt/cni/bin/multinet run --state-dir /run/.node/trial";
        // Once, so that what is shared is there.
        await node.ShellAsync($"{run} --host /run/.node/telco");
        var before = await KernelState.TakeAsync(node);

        await node.ShellAsync($"{run} --host --keep /run/.node/telco");
        const string pod = "nsenter --net=/run/.node/trial/netns/default_packet-gateway";
        var links = await node.ShellAsync($"{pod} ip -d -j link | jq -r '.[] | \"\\(.ifname) \\(.parentdev)\"'");
        Assert.Contains("eth0 null", links, StringComparison.Ordinal);
        Assert.Contains("net1 0000:01:10.0", links, StringComparison.Ordinal);
        Assert.Contains("net2 0000:02:10.0", links, StringComparison.Ordinal);
        Assert.Contains("dev eth0", await node.ShellAsync($"{pod} ip route show default"), StringComparison.Ordinal);
        // Management answers, and the pod may make VLANs on its trunk. Frames between cards: SriovTests.
        await node.ShellAsync($"{pod} ping -n -c 1 -W 20 $({pod} ip -j route show default | jq -r '.[0].gateway')");
        await node.ShellAsync($"{pod} ip link add link net2 name net2.200 type vlan id 200");

        await node.ShellAsync($"{run} --down");
        await Leaks.MustBeNoneAsync(node, before, "after the example");
    }
}
