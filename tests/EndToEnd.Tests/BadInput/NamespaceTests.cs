namespace MultiNet.EndToEnd.Tests.BadInput;

/// <summary>CNI_NETNS that is no network namespace, or none for a pod.</summary>
public sealed class NamespaceTests(BadInputNode node) : IClassFixture<BadInputNode>
{
    private static readonly BadCases<string> Namespaces = new()
    {
        { "missing", "/run/netns/nowhere", 4, "CNI_NETNS", "/run/netns/nowhere" },
        { "relative", "netns/pod1", 4, "CNI_NETNS", "netns/pod1" },
        { "a file", "/etc/passwd", 4, "CNI_NETNS", "/etc/passwd", "nsfs" },
        { "an empty file", "/opt/call/empty", 4, "CNI_NETNS", "/opt/call/empty" },
        { "a folder", "/etc", 4, "CNI_NETNS", "/etc" },
        { "a device", "/dev/null", 4, "CNI_NETNS", "/dev/null" },
        { "a namespace of another kind", "/proc/self/ns/mnt", 4, "CNI_NETNS", "not a network namespace" },
        { "the node's own", "/proc/1/ns/net", 8, "CNI_NETNS", "/proc/1/ns/net" },
        { "the process's own", "/proc/self/ns/net", 8, "/proc/self/ns/net" },
        { "too long", "/" + new string('n', 5000), 4, "CNI_NETNS" },
    };

    public static TheoryData<string> Names => Namespaces.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Add_IsRefused_WhenTheNamespaceIs(string name)
    {
        var bad = Namespaces[name];
        node.DefinePod(BadInputNode.Pod, "storage");
        node.Node.Write("/opt/call/empty", "");
        await node.MustFailAsync(Call.Of("ADD", []).With("CNI_NETNS", bad.Input), bad.Code, bad.Says);

        foreach (var plugin in new[] { "bridge", "ptp" })
        {
            var config = $$"""{"cniVersion": "1.0.0", "name": "alone", "type": "{{plugin}}", "bridge": "br-storage", "ipam": {"type": "host-local", "subnet": "10.79.0.0/24"} }""";
            await node.MustFailAsync(
                (Call.Of("ADD", config) with { Plugin = plugin }).With("CNI_NETNS", bad.Input), bad.Code, bad.Input.Length < 1000 ? bad.Input : "netns");
        }
    }

    [Fact]
    public async Task Check_SaysWhatIsWrong_AndDelSucceeds_WhenTheNamespaceIsReplaced()
    {
        node.DefinePod(BadInputNode.Pod, "storage");
        (await node.RunAsync(Call.Of("ADD", []))).MustSucceed();

        foreach (var netns in new[] { "/run/netns/nowhere", "/etc/passwd", "/etc", "/proc/self/ns/mnt" })
        {
            (await node.RunAsync(Call.Of("CHECK", []).With("CNI_NETNS", netns))).MustBeAnError();
        }

        (await node.RunAsync(Call.Of("DEL", []).With("CNI_NETNS", "/etc/passwd"))).MustSucceed();
        await node.Node.PodShellAsync(BadInputNode.Pod, "for i in eth0 net1; do ip link show $i >/dev/null 2>&1 && ip link delete $i; done; true");
        await node.NothingMustBeLeftAsync("DEL with a file for the namespace");
    }

    [Fact]
    public async Task Add_IsRefused_WhenTheInterfaceIsThere()
    {
        node.DefinePod(BadInputNode.Pod, "storage@data0");
        await node.Node.PodShellAsync(BadInputNode.Pod, "ip link add data0 type veth peer name other0");
        await node.RememberAsync();

        await node.MustFailAsync(Call.Of("ADD", []), 4, "pod default/pod1", "default/storage", "data0", "already exists");

        await node.Node.PodShellAsync(BadInputNode.Pod, "ip link delete data0");
        await node.RememberAsync();
    }
}
