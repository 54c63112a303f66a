using MultiNet.EndToEnd.Tests.Kernel;
using MultiNet.EndToEnd.Tests.Meta;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Examples;

/// <summary>Network functions: cards with SR-IOV, VLANs, bonds, through MultiNet as a whole.</summary>
[Trait("Kernel", "vm")]
public sealed class TelcoTests
{
    private static readonly string[] s_functions = ["0000:01:10.0", "0000:01:10.2", "0000:02:10.0", "0000:02:10.2"];

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
        await node.ShellAsync($"{pod} ping -n -c 1 -w 20 $({pod} ip -j route show default | jq -r '.[0].gateway')");
        await node.ShellAsync($"{pod} ip link add link net2 name net2.200 type vlan id 200");

        await node.ShellAsync($"{run} --down");
        await Leaks.MustBeNoneAsync(node, before, "after the example");
    }

    [Fact]
    public async Task AVlanOnABondOfTwoFunctions_ReachesItsNeighbour_AndGivesTheFunctionsBack()
    {
        await using var node = await MultiNetNode.StartAsync();
        await SriovCards.GiveAsync(node.Node);
        DefinePlane(node, "left");
        DefinePlane(node, "right");
        // failOverMac: which member is active is the kernel's choice. If all members had one address, a card would hand frames for it to the
        // pod's function on that same card, though it be the idle one (docs/plugins/bond.md).
        node.DefineNetwork("bonded", """
            {"cniVersion": "1.1.0", "name": "bonded", "type": "bond", "mode": "active-backup", "miimon": "50", "failOverMac": 1, "linksInContainer": true,
             "links": [{"name": "m0"}, {"name": "m1"}]}
            """);
        node.DefineNetwork("onbond", """
            {"cniVersion": "1.1.0", "name": "onbond", "type": "vlan", "master": "bond0", "vlanId": 7, "linkInContainer": true,
             "ipam": {"type": "host-local", "subnet": "10.67.0.0/16"}}
            """);
        await node.DefinePodAsync("pod1", Stack(s_functions[0], s_functions[2]));
        await node.DefinePodAsync("pod2", Stack(s_functions[1], s_functions[3]));
        var names = await NamesAsync(node.Node);
        // Once, so that what is shared is there.
        (await node.AddAsync("pod1")).MustSucceed();
        (await node.DelAsync("pod1")).MustSucceed();
        var before = await KernelState.TakeAsync(node.Node);

        foreach (var pod in (string[])["pod1", "pod2"])
        {
            (await node.AddAsync(pod)).MustSucceed();
            (await node.CheckAsync(pod)).MustSucceed();
        }

        var links = await node.Node.ShellAsync("ip -n pod1 -d -j link | jq -r '.[] | \"\\(.ifname) \\(.parentdev) \\(.master) \\(.linkinfo.info_kind) \\(.link)\"'");
        Assert.Contains($"m0 {s_functions[0]} bond0", links, StringComparison.Ordinal);
        Assert.Contains($"m1 {s_functions[2]} bond0", links, StringComparison.Ordinal);
        Assert.Contains("bond0 null null bond", links, StringComparison.Ordinal);
        Assert.Contains("net1 null null vlan bond0", links, StringComparison.Ordinal);
        await MustReachAsync(node);
        // Whichever card each of the two is on.
        foreach (var (one, two) in ((string, string)[])[("m0", "m1"), ("m1", "m1"), ("m1", "m0"), ("m0", "m0")])
        {
            await node.Node.ShellAsync($"ip -n pod1 link set bond0 type bond active_slave {one}; ip -n pod2 link set bond0 type bond active_slave {two}");
            await MustReachAsync(node);
        }

        (await node.DelAsync("pod2")).MustSucceed();
        (await node.DelAsync("pod1")).MustSucceed();
        Assert.Equal(names, await NamesAsync(node.Node));
        await Leaks.MustBeNoneAsync(node.Node, before, "after DEL");
        (await node.DelAsync("pod1")).MustSucceed();
    }

    private static string Stack(string left, string right) => $$"""
        [{"name": "left", "interface": "m0", "deviceID": "{{left}}"}, {"name": "right", "interface": "m1", "deviceID": "{{right}}"},
         {"name": "bonded", "interface": "bond0"}, {"name": "onbond", "interface": "net1"}]
        """.ReplaceLineEndings(" ");

    // The bond gives its members one hardware address: the card must allow that.
    private static void DefinePlane(MultiNetNode node, string name) => node.Node.Write($"{MultiNetNode.Manifests}/net-{name}.yaml", $$"""
        apiVersion: k8s.cni.cncf.io/v1
        kind: NetworkAttachmentDefinition
        metadata:
          name: {{name}}
          namespace: default
          annotations:
            k8s.v1.cni.cncf.io/resourceName: example.com/{{name}}
        spec:
          config: '{"cniVersion": "1.1.0", "name": "{{name}}", "type": "sriov", "spoofchk": "off", "trust": "on"}'
        """);

    private static async Task MustReachAsync(MultiNetNode node)
    {
        var address = (await node.Node.ShellAsync("ip -n pod2 -j -4 address show dev net1 | jq -r '.[0].addr_info[0].local'")).Trim();
        await node.Node.ShellAsync($"timeout 40 sh -c 'until ip netns exec pod1 ping -n -c 1 -W 2 -I net1 {address}; do :; done'");
    }

    private static async Task<string> NamesAsync(NodeSandbox node)
    {
        var names = new List<string>();
        foreach (var function in s_functions)
        {
            names.Add($"{function} {await SriovCards.InterfaceAsync(node, function)}");
        }

        return string.Join('\n', names);
    }
}
