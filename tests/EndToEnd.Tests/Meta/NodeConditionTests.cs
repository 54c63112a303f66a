using System.Diagnostics;
using MultiNet.EndToEnd.Tests.Kernel;
using MultiNet.EndToEnd.Tests.Node;
using MultiNet.EndToEnd.Tests.Runtime;

namespace MultiNet.EndToEnd.Tests.Meta;

/// <summary>Nodes that are not as they should be: an error that a person can act on, and nothing left behind.</summary>
public sealed class NodeConditionTests
{
    /// <summary>A condition, the script that brings it about, and what the error must name.</summary>
    public static TheoryData<string, string, string> Conditions => new()
    {
        { "the network namespace is missing", "ip netns delete pod1", "/run/netns/pod1" },
        { "the network namespace is a plain file", "ip netns delete pod1; touch /run/netns/pod1", "/run/netns/pod1" },
        { "the bridge's name is another interface's", "ip link delete br-storage; ip link add br-storage type veth peer name other", "br-storage" },
        { "the interface is there already", "ip -n pod1 link add fast0 type bridge", "fast0" },
        { "a definition is missing", $"rm {MultiNetNode.Manifests}/net-storage.yaml", "storage" },
        { "a definition is no JSON", $"sed -i 's/config:.*/config: nonsense/' {MultiNetNode.Manifests}/net-storage.yaml", "storage" },
        { "the pod is missing", $"rm {MultiNetNode.Manifests}/pod-pod1.yaml", "pod1" },
        { "the cluster network's file is missing", "rm -r /etc/cni/multus/net.d", "/etc/cni/multus/net.d/cluster-network.conflist" },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public async Task Add_FailsAndLeavesNothing_When(string condition, string script, string named)
    {
        await using var node = await StartAsync();
        await node.Node.ShellAsync(script);
        if (script.Contains("netns", StringComparison.Ordinal))
        {
            node.Node.Pods.Remove("pod1");
        }

        var before = await KernelState.TakeAsync(node.Node);

        var error = (await node.AddAsync("pod1")).MustFail();

        Assert.Contains(named, error.Output, StringComparison.Ordinal);
        Assert.True(error.ErrorCode is (>= 1 and <= 11) or 999, $"code {error.ErrorCode}");
        Assert.DoesNotContain('\n', error.ErrorMessage);
        await Leaks.MustBeNoneAsync(node.Node, before, condition, shared: "br-");
    }

    [Theory]
    [InlineData("/var/lib/cni/multinet")]
    [InlineData("/var/lib/cni/networks")]
    public async Task Add_Fails_WhenTheDiskIsFull_AndDelLeavesNothing_OnceItIsNot(string folder)
    {
        await using var node = await StartAsync();
        var before = await KernelState.TakeAsync(node.Node);
        await node.Node.ShellAsync($"mkdir -p {folder}; mount -t tmpfs -o size=4k,nr_inodes=2 tmpfs {folder}");

        var error = (await node.AddAsync("pod1")).MustFail();
        await node.Node.ShellAsync($"umount {folder}");
        (await node.DelAsync("pod1")).MustSucceed();

        Assert.Contains(folder, error.Output, StringComparison.Ordinal);
        await Leaks.MustBeNoneAsync(node.Node, before);
    }

    [Fact]
    public async Task Add_SaysThatItNeedsPrivileges_WhenItHasNone()
    {
        await using var node = await StartAsync();
        var answer = await RunAsNobodyAsync(node);

        Assert.NotEqual(0, answer.ExitCode);
        Assert.True(new PluginAnswer(answer.ExitCode, answer.Output, answer.Error).MustFail().ErrorMessage.Length > 0);
    }

    [Fact]
    public async Task HangingPlugin_IsKilledAtTheDeadline_AndTheRestReleased()
    {
        await using var node = await StartAsync("""{"attachmentTimeoutSeconds": 5}""", $"/opt/stubs:{NodeSandbox.BuiltInBin}");
        node.DefineNetwork("hanging", """{"cniVersion": "1.0.0", "name": "hanging", "type": "hangs"}""");
        node.Node.WriteScript("/opt/stubs/hangs", "#!/bin/sh\n[ $CNI_COMMAND = DEL ] || exec sleep 1000\n");
        await node.DefinePodAsync("pod2", "storage,hanging");
        var before = await KernelState.TakeAsync(node.Node);
        var started = Stopwatch.GetTimestamp();

        var error = (await node.AddAsync("pod2")).MustFail();

        Assert.Contains("hanging", error.ErrorMessage, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(500), "it waited for the plugin");
        Assert.DoesNotContain("sleep 1000", await node.Node.ShellAsync("ps axo args"), StringComparison.Ordinal);
        await Leaks.MustBeNoneAsync(node.Node, before, "after the failed ADD");
    }

    [Fact]
    public async Task GarbageOfAPlugin_IsInTheError()
    {
        await using var node = await StartAsync(cniPath: $"/opt/stubs:{NodeSandbox.BuiltInBin}");
        node.DefineNetwork("babbling", """{"cniVersion": "1.0.0", "name": "babbling", "type": "babbles"}""");
        node.Node.WriteScript("/opt/stubs/babbles", "#!/bin/sh\necho this is no result\n");
        await node.DefinePodAsync("pod2", "babbling");
        var before = await KernelState.TakeAsync(node.Node);

        var error = (await node.AddAsync("pod2")).MustFail();

        Assert.Contains("this is no result", error.Output, StringComparison.Ordinal);
        await Leaks.MustBeNoneAsync(node.Node, before, "after the failed ADD");
    }

    [Fact]
    public async Task Gc_ReleasesWhatIsNotValid_AndNothingElse()
    {
        await using var node = await StartAsync();
        (await node.AddAsync("pod1")).MustSucceed();
        var before = await KernelState.TakeAsync(node.Node);
        await node.DefinePodAsync("pod2", ThreeNetworks.Annotation);
        (await node.AddAsync("pod2")).MustSucceed();
        await node.DeletePodAsync("pod2");

        (await node.GcAsync("pod1")).MustSucceed();

        await Leaks.MustBeNoneAsync(node.Node, before);
        (await node.CheckAsync("pod1")).MustSucceed();
    }

    [Fact]
    public async Task Executable_LoadsNoLibraryOfTheNode()
    {
        // No iptables, which is another program and loads many.
        await using var node = await MultiNetNode.StartAsync(clusterNetwork: """
            {"cniVersion": "1.0.0", "name": "cluster-net", "plugins": [
              {"type": "bridge", "isGateway": true, "ipMasq": true, "ipMasqBackend": "nftables", "macspoofchk": true,
               "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.88.0.0/16"}], [{"subnet": "fd00:88::/64"}]]}},
              {"type": "tuning", "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1"}}]}
            """);
        await node.DefinePodAsync("pod1");

        var add = (await node.TracedAsync("pod1", "ADD", "openat,open,execve")).MustSucceed("ADD").Error;
        var del = (await node.TracedAsync("pod1", "DEL", "openat,open,execve")).MustSucceed("DEL").Error;

        Assert.Contains("pod-pod1.yaml", add, StringComparison.Ordinal);
        Assert.Contains("journal", del, StringComparison.Ordinal);
        Assert.DoesNotContain(".so", add + del, StringComparison.Ordinal);
        Assert.Equal(2, (add + del).Split("execve(").Length - 1);
    }

    private static Task<CommandResult> RunAsNobodyAsync(MultiNetNode node) => node.Node.RunAsync(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", $"{NodeSandbox.BuiltInBin}/multinet"],
        MultiNetNode.Environment("pod1", "ADD", NodeSandbox.BuiltInBin), node.Request());

    // The first attachment makes what is shared by all and stays.
    private static async Task<MultiNetNode> StartAsync(string keys = "{}", string cniPath = NodeSandbox.BuiltInBin)
    {
        var node = await MultiNetNode.StartAsync(keys, cniPath: cniPath);
        ThreeNetworks.Define(node);
        await node.DefinePodAsync("pod1", ThreeNetworks.Annotation);
        (await node.AddAsync("pod1")).MustSucceed();
        (await node.DelAsync("pod1")).MustSucceed();
        return node;
    }
}
