using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Node;
using MultiNet.EndToEnd.Tests.Runtime;

namespace MultiNet.EndToEnd.Tests.Traffic;

/// <summary>Frames between pods on a bridge that filters VLANs.</summary>
[Trait("Kernel", "vm")]
public sealed class BridgeVlanTests
{
    [Fact]
    public async Task Pods_TalkInTheirVlanOnly_AndATrunkSeesTags()
    {
        await using var node = await NodeSandbox.StartAsync();
        var runtime = new ConfListRuntime(node, NodeSandbox.BuiltInBin);
        await AttachAsync(node, runtime, "left", "\"vlan\": 100", "10.88.0.2");
        await AttachAsync(node, runtime, "right", "\"vlan\": 100", "10.88.0.3");
        await AttachAsync(node, runtime, "other", "\"vlan\": 200", "10.88.0.4");
        await AttachAsync(node, runtime, "trunk", "\"vlanTrunk\": [{\"minID\": 90, \"maxID\": 110}]", "10.88.0.5");

        await MustReachAsync(node, "left", "10.88.0.3");
        await MustNotReachAsync(node, "left", "10.88.0.4");
        await MustNotReachAsync(node, "left", "10.88.0.5"); // untagged frames of a trunk are in VLAN 1

        // A frame for everybody in VLAN 100 comes out of the trunk with its tag.
        var seen = await node.ShellAsync("""
            nsenter --net=/run/netns/trunk timeout 60 tcpdump -i eth0 -nn -e -c 1 vlan 100 and arp >/run/seen 2>/run/listening &
            until grep -q 'listening on' /run/listening; do :; done
            nsenter --net=/run/netns/left ping -c 120 -i 0.5 10.88.0.99 >/dev/null &
            wait %1
            kill %2 2>/dev/null || true
            cat /run/seen
            """);
        Assert.Contains("ethertype 802.1Q (0x8100)", seen, StringComparison.Ordinal);
        Assert.Contains("vlan 100", seen, StringComparison.Ordinal);

        // What the trunk sends with a tag arrives in that VLAN, without it.
        await node.PodShellAsync("trunk", """
            ip link set eth0 up
            for id in 100 200; do ip link add link eth0 name tagged$id type vlan id $id; ip link set tagged$id up; done
            ip address add 10.88.0.100/32 dev tagged100
            ip route add 10.88.0.3/32 dev tagged100 src 10.88.0.100
            ip route add 10.88.0.4/32 dev tagged200 src 10.88.0.100
            """);
        await node.PodShellAsync("right", "ip route replace 10.88.0.100/32 dev eth0");
        await node.PodShellAsync("other", "ip route replace 10.88.0.100/32 dev eth0");
        await MustReachAsync(node, "trunk", "10.88.0.3");
        await MustNotReachAsync(node, "trunk", "10.88.0.4"); // the trunk carries 90 to 110
    }

    [Fact]
    public async Task Gateway_AnswersInItsVlan_CheckFindsWhatIsRemoved_GcTakesIt()
    {
        await using var node = await NodeSandbox.StartAsync();
        var runtime = new ConfListRuntime(node, NodeSandbox.BuiltInBin);
        var (list, attachment) = await AttachAsync(node, runtime, "pod", "\"vlan\": 100, \"vlanTrunk\": [{\"minID\": 205, \"maxID\": 207}], \"isGateway\": true", "10.88.0.2");
        var (others, other) = await AttachAsync(node, runtime, "other", "\"vlan\": 200", "10.88.0.3");
        await MustReachAsync(node, "pod", "10.88.0.1");
        await MustNotReachAsync(node, "other", "10.88.0.1");
        (await runtime.CheckAsync(list, attachment)).MustSucceed();

        var port = (await node.ShellAsync("bridge -json vlan | jq -r '.[] | select(any(.vlans[]; .vlan == 205)) | .ifname'")).Trim();
        var far = (await node.ShellAsync("""
            bridge -json vlan | jq -r --arg port PORT '.[] | select(.ifname != $port and any(.vlans[]; .vlan == 100)) | .ifname'
            """.Replace("PORT", port, StringComparison.Ordinal))).Trim();
        foreach (var (remove, restore) in new[]
        {
            ($"bridge vlan delete dev {port} vid 100", $"bridge vlan add dev {port} vid 100 pvid untagged"),
            ($"bridge vlan add dev {port} vid 100 untagged", $"bridge vlan add dev {port} vid 100 pvid untagged"),
            ($"bridge vlan delete dev {port} vid 206", $"bridge vlan add dev {port} vid 206"),
            ($"bridge vlan delete dev {far} vid 100", $"bridge vlan add dev {far} vid 100 pvid untagged"),
            ("ip address delete 10.88.0.1/24 dev cni0.100", "ip address add 10.88.0.1/24 dev cni0.100"),
            ("ip link set cni0 type bridge vlan_filtering 0", "ip link set cni0 type bridge vlan_filtering 1"),
        })
        {
            await node.ShellAsync(remove);
            var answer = await runtime.CheckAsync(list, attachment);
            Assert.False(answer.Succeeded, $"CHECK does not see: {remove}");
            answer.MustFail();
            await node.ShellAsync(restore);
            (await runtime.CheckAsync(list, attachment)).MustSucceed();
        }

        (await runtime.DelAsync(list, attachment)).MustSucceed();
        var collect = (JsonObject)list.DeepClone();
        collect["cniVersion"] = "1.1.0";
        (await runtime.NodeCommandAsync("GC", collect, [])).MustSucceed();
        var links = await node.ShellAsync("ip -json link | jq -r '.[].ifname'");
        Assert.DoesNotContain("cni0.100", links, StringComparison.Ordinal);
        Assert.DoesNotContain(far, links, StringComparison.Ordinal);
        (await runtime.CheckAsync(others, other)).MustSucceed();
        (await runtime.DelAsync(others, other)).MustSucceed();
    }

    private static async Task<(JsonObject List, Attachment Attachment)> AttachAsync(
        NodeSandbox node, ConfListRuntime runtime, string pod, string keys, string address)
    {
        var path = await node.AddPodAsync(pod);
        var list = JsonNode.Parse($$"""
            {"name": "net-{{pod}}", "cniVersion": "1.0.0", "plugins": [{"type": "bridge", "bridge": "cni0", {{keys}},
             "ipam": {"type": "static", "addresses": [{"address": "{{address}}/24", "gateway": "10.88.0.1"}]} } ]}
            """)!.AsObject();
        var attachment = new Attachment($"container-of-{pod}", path, "eth0");
        (await runtime.AddAsync(list, attachment)).MustSucceed();
        return (list, attachment);
    }

    private static Task MustReachAsync(NodeSandbox node, string pod, string address) =>
        node.PodShellAsync(pod, $"for i in 1 2 3 4 5 6 7 8 9 10; do if ping -c 1 -W 2 {address}; then exit 0; fi; done; exit 1");

    private static async Task MustNotReachAsync(NodeSandbox node, string pod, string address)
    {
        var result = await node.RunAsync(["nsenter", $"--net={NodeSandbox.Netns(pod)}", "ping", "-c", "2", "-W", "1", address]);
        Assert.True(result.ExitCode == 1, $"{pod} reaches {address}: {result.Output}{result.Error}");
    }
}
