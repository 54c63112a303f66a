using MultiNet.EndToEnd.Tests.Kernel;

namespace MultiNet.EndToEnd.Tests.Meta;

/// <summary>
/// A pod with everything at once: a chain of three plugins, attachments of many kinds, one network twice, a VLAN on a bond of two
/// attachments; one after the other and side by side.
/// </summary>
[Trait("Kernel", "vm")]
public sealed class StackedNetworksTests
{
    private const string Stack = "member@m0,member@m1,bonded@bond0,onbond@bv7";

    private const string Everything = $"tuned@mac0,storage@st0,storage@st1,tagged@tag5,flat@ipv0,routed@ptp0,{Stack},separate@vrf0";

    [Theory]
    [InlineData("off")]
    [InlineData("builtin")]
    public async Task Everything_IsAttachedCheckedUsedAndReleased(string parallel)
    {
        await using var node = await StartAsync($$"""{"parallel": "{{parallel}}"}""");
        await node.DefinePodAsync("pod1", Everything);
        // Once, so that what is shared is there.
        (await node.AddAsync("pod1")).MustSucceed();
        (await node.DelAsync("pod1")).MustSucceed();
        var before = await KernelState.TakeAsync(node.Node);

        (await node.AddAsync("pod1")).MustSucceed();
        (await node.CheckAsync("pod1")).MustSucceed();
        var withOne = await KernelState.TakeAsync(node.Node);
        await node.DefinePodAsync("pod2", $"tuned@mac0,storage@st0,{Stack}");
        (await node.AddAsync("pod2")).MustSucceed();

        await MustBeStackedAsync(node, "pod1");
        await MustReachAsync(node, "mac0", "bv7");
        // The bond goes on with its other member.
        var active = (await node.Node.ShellAsync("ip -n pod1 -d -j link show bond0 | jq -r '.[0].linkinfo.info_data.active_slave'")).Trim();
        await node.Node.ShellAsync($"ip -n pod1 link set {active} down");
        await MustReachAsync(node, "bv7");
        await node.Node.ShellAsync($"ip -n pod1 link set {active} up");

        // A pod that vanished without a word.
        await node.DeletePodAsync("pod2");
        (await node.GcAsync("pod1")).MustSucceed();
        // Which member is active now, is another matter.
        await Leaks.MustBeNoneAsync(node.Node, withOne, "after GC", shared: "bond0");
        (await node.CheckAsync("pod1")).MustSucceed();

        (await node.DelAsync("pod1")).MustSucceed();
        await Leaks.MustBeNoneAsync(node.Node, before, "after DEL");
        (await node.DelAsync("pod1")).MustSucceed();
    }

    [Fact]
    public async Task BondBeforeItsMembers_IsRefused_BeforeAnythingIsTouched()
    {
        await using var node = await StartAsync("{}");
        await node.DefinePodAsync("pod1", "bonded@bond0,member@m0,member@m1");
        var before = await KernelState.TakeAsync(node.Node);

        var error = (await node.AddAsync("pod1")).MustFail();

        Assert.Contains("network default/bonded on bond0 uses the container's interface m0, which default/member makes after it", error.ErrorMessage, StringComparison.Ordinal);
        await Leaks.MustBeNoneAsync(node.Node, before);
    }

    [Fact]
    public async Task BondOfTheHostsInterfaces_GivesThemBack_AlsoWhenALaterNetworkFails()
    {
        await using var node = await StartAsync("{}");
        node.DefineNetwork("cards", """
            {"cniVersion": "1.1.0", "name": "cards", "type": "bond", "mode": "active-backup", "miimon": "100", "links": [{"name": "card0"}, {"name": "card1"}],
             "ipam": {"type": "host-local", "subnet": "10.66.0.0/16"}}
            """);
        node.DefineNetwork("broken", """{"cniVersion": "1.1.0", "name": "broken", "type": "macvlan", "master": "nowhere"}""");
        await node.Node.ShellAsync("for i in 0 1; do ip link add card$i type dummy; ip link set card$i up; done");
        await node.DefinePodAsync("pod1", "cards@bond0");
        await node.DefinePodAsync("pod2", "cards@bond0,broken");
        // Once, so that what is shared is there.
        (await node.AddAsync("pod1")).MustSucceed();
        (await node.DelAsync("pod1")).MustSucceed();
        var before = await KernelState.TakeAsync(node.Node);

        (await node.AddAsync("pod2")).MustFail();
        await Leaks.MustBeNoneAsync(node.Node, before, "after the failed ADD", shared: "cni0");
        (await node.AddAsync("pod1")).MustSucceed();
        Assert.Equal("bond0\n", await node.Node.ShellAsync("ip -n pod1 -j link show card0 | jq -r '.[0].master'"));
        (await node.DelAsync("pod1")).MustSucceed();
        await Leaks.MustBeNoneAsync(node.Node, before, "after DEL", shared: "cni0");
    }

    private static async Task MustBeStackedAsync(MultiNetNode node, string pod)
    {
        var links = await node.Node.ShellAsync($"ip -n {pod} -d -j link | jq -r '.[] | \"\\(.ifname) \\(.linkinfo.info_kind) \\(.master) \\(.mtu)\"'");
        Assert.Contains("mac0 macvlan null 1400", links, StringComparison.Ordinal);
        Assert.Contains("tag5 vlan null", links, StringComparison.Ordinal);
        Assert.Contains("ipv0 ipvlan null", links, StringComparison.Ordinal);
        Assert.Contains("m0 veth bond0", links, StringComparison.Ordinal);
        Assert.Contains("m1 veth bond0", links, StringComparison.Ordinal);
        Assert.Contains("bond0 bond null", links, StringComparison.Ordinal);
        Assert.Contains("bv7 vlan null", links, StringComparison.Ordinal);
        Assert.Contains("vrf0 veth blue", links, StringComparison.Ordinal);
        Assert.Contains("tbf", await node.Node.ShellAsync($"tc -n {pod} qdisc show dev mac0; tc qdisc show"), StringComparison.Ordinal);
        Assert.Contains("lookup 100", await node.Node.ShellAsync($"ip -n {pod} rule"), StringComparison.Ordinal);
    }

    private static async Task MustReachAsync(MultiNetNode node, params string[] interfaces)
    {
        foreach (var name in interfaces)
        {
            var address = (await node.Node.ShellAsync($"ip -n pod2 -j -4 address show dev {name} | jq -r '.[0].addr_info[0].local'")).Trim();
            (await node.Node.RunAsync(["ip", "netns", "exec", "pod1", "ping", "-n", "-c", "1", "-w", "20", "-I", name, address])).MustSucceed($"ping {address} over {name}");
        }
    }

    private static async Task<MultiNetNode> StartAsync(string keys)
    {
        var node = await MultiNetNode.StartAsync(keys);
        await node.Node.ShellAsync("for i in 0 1 2; do ip link add up$i type dummy; ip link set up$i up; done");
        node.DefineNetwork("tuned", """
            {"cniVersion": "1.1.0", "name": "tuned", "plugins": [
              {"type": "macvlan", "master": "up0", "mode": "bridge", "ipam": {"type": "host-local", "subnet": "10.61.0.0/16"}},
              {"type": "tuning", "mtu": 1400, "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1"}},
              {"type": "bandwidth", "ingressRate": 100000000, "ingressBurst": 10000000, "egressRate": 100000000, "egressBurst": 10000000}]}
            """);
        node.DefineNetwork("storage", """{"cniVersion": "1.1.0", "name": "storage", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "subnet": "10.62.0.0/16"}}""");
        node.DefineNetwork("tagged", """{"cniVersion": "1.1.0", "name": "tagged", "type": "vlan", "master": "up1", "vlanId": 5, "ipam": {"type": "host-local", "subnet": "10.63.0.0/16"}}""");
        node.DefineNetwork("flat", """{"cniVersion": "1.1.0", "name": "flat", "type": "ipvlan", "master": "up2", "ipam": {"type": "host-local", "subnet": "10.64.0.0/16"}}""");
        node.DefineNetwork("routed", """
            {"cniVersion": "1.1.0", "name": "routed", "plugins": [
              {"type": "ptp", "ipam": {"type": "host-local", "subnet": "10.65.0.0/16"}},
              {"type": "route-override", "addroutes": [{"dst": "10.200.0.0/16"}]},
              {"type": "sbr"}]}
            """);
        node.DefineNetwork("member", """{"cniVersion": "1.1.0", "name": "member", "type": "bridge", "bridge": "br-member"}""");
        node.DefineNetwork("bonded", """
            {"cniVersion": "1.1.0", "name": "bonded", "type": "bond", "mode": "active-backup", "miimon": "50", "failOverMac": 1, "linksInContainer": true,
             "links": [{"name": "m0"}, {"name": "m1"}]}
            """);
        node.DefineNetwork("onbond", """
            {"cniVersion": "1.1.0", "name": "onbond", "type": "vlan", "master": "bond0", "vlanId": 7, "linkInContainer": true,
             "ipam": {"type": "host-local", "subnet": "10.67.0.0/16"}}
            """);
        node.DefineNetwork("separate", """
            {"cniVersion": "1.1.0", "name": "separate", "plugins": [
              {"type": "bridge", "bridge": "br-separate", "ipam": {"type": "host-local", "subnet": "10.62.0.0/16"}},
              {"type": "vrf", "vrfname": "blue"}]}
            """);
        return node;
    }
}
