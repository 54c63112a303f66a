using MultiNet.EndToEnd.Tests.Kernel;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Meta;

/// <summary>Whatever happens between ADD and DEL, DEL leaves nothing.</summary>
public sealed class FaultTests
{
    /// <summary>What may have happened to a node, each a shell script.</summary>
    public static TheoryData<string, string> Losses => new()
    {
        { "the network namespace is gone", "ip netns delete pod1" },
        { "the journal is truncated", "for f in $(find /var/lib/cni/multinet -name '*.json'); do truncate -s $(($(stat -c %s $f) / 2)) $f; done" },
        { "the journal is empty", "for f in $(find /var/lib/cni/multinet -name '*.json'); do truncate -s 0 $f; done" },
        { "the journal is missing", "rm -r /var/lib/cni/multinet" },
        { "the journal and the network namespace are missing", "rm -r /var/lib/cni/multinet; ip netns delete pod1" },
        { "a definition is gone", $"rm {MultiNetNode.Manifests}/net-storage.yaml" },
        { "a definition is another", $"sed -i s/10.71/10.171/ {MultiNetNode.Manifests}/net-storage.yaml" },
        { "the pod is gone", $"rm {MultiNetNode.Manifests}/pod-pod1.yaml" },
        { "all manifests are gone", $"rm -r {MultiNetNode.Manifests}" },
        { "the cluster network's file is gone", "rm -r /etc/cni/multus" },
        { "an interface is gone", "ip -n pod1 link delete net1" },
        { "all interfaces are gone", "for i in eth0 net1 fast0 net3; do ip -n pod1 link delete $i; done" },
        { "the bridges are gone", "for i in cni0 br-storage br-fast; do ip link delete $i; done" },
        { "the libcni cache is gone", "rm -rf /var/lib/cni/multus" },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task Del_LeavesNothing_When(string loss, string script)
    {
        await using var node = await StartAsync();
        if (loss.Contains("bridges", StringComparison.Ordinal))
        {
            await node.Node.ShellAsync(script);
        }

        var before = await KernelState.TakeAsync(node.Node);
        (await node.AddAsync("pod1")).MustSucceed();

        await node.Node.ShellAsync(script);
        (await node.DelAsync("pod1")).MustSucceed();
        await node.Node.ShellAsync("ip netns list | grep -q pod1 || ip netns add pod1");

        await Leaks.MustBeNoneAsync(node.Node, before, loss);
        (await node.DelAsync("pod1")).MustSucceed();
    }

    [Fact]
    public async Task Del_IsAnErrorUntilEverythingIsReleased_WhenAPluginFailsOnce()
    {
        await using var node = await StartAsync(cniPath: $"/opt/failing:{NodeSandbox.BuiltInBin}");
        node.DefineNetwork("failing", """{"cniVersion": "1.0.0", "name": "failing", "type": "fails-once"}""");
        node.Node.WriteScript("/opt/failing/fails-once", """
            #!/bin/sh
            cat >/dev/null
            case $CNI_COMMAND in
              ADD) echo '{"cniVersion": "1.0.0", "interfaces": [], "ips": []}'; touch /opt/failing/attached ;;
              DEL)
                if [ ! -e /opt/failing/tried ]; then
                  touch /opt/failing/tried
                  echo '{"code": 11, "msg": "try again later"}'
                  exit 1
                fi
                rm -f /opt/failing/attached ;;
            esac
            """);
        await node.DefinePodAsync("pod2", ThreeNetworks.Annotation + ",failing");
        var before = await KernelState.TakeAsync(node.Node);
        (await node.AddAsync("pod2")).MustSucceed();

        var first = (await node.DelAsync("pod2")).MustFail();
        Assert.Contains("try again later", first.Output, StringComparison.Ordinal);
        Assert.Contains("failing", first.ErrorMessage, StringComparison.Ordinal);
        Assert.True(File.Exists(node.Node.Outside("/opt/failing/attached")));

        // The other attachments were released all the same.
        Assert.DoesNotContain("eth0", await node.Node.PodShellAsync("pod2", "ip link"), StringComparison.Ordinal);
        (await node.DelAsync("pod2")).MustSucceed();

        Assert.False(File.Exists(node.Node.Outside("/opt/failing/attached")));
        await Leaks.MustBeNoneAsync(node.Node, before);
    }

    [Fact]
    public async Task OneOfTwoAdds_OfOneSandboxAtOnce_IsTheOne()
    {
        await using var node = await StartAsync();
        var before = await KernelState.TakeAsync(node.Node);

        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => node.AddAsync("pod1")));

        Assert.Single(answers, a => a.Succeeded);
        answers.Single(a => !a.Succeeded).MustFail();
        (await node.CheckAsync("pod1")).MustSucceed();
        (await node.DelAsync("pod1")).MustSucceed();
        await Leaks.MustBeNoneAsync(node.Node, before);
    }

    [Fact]
    public async Task NothingIsLeft_AfterFiveHundredCycles_FourAtATime()
    {
        await using var node = await StartAsync();
        for (var worker = 2; worker <= 4; worker++)
        {
            await node.DefinePodAsync($"pod{worker}", ThreeNetworks.Annotation);
        }

        var before = await KernelState.TakeAsync(node.Node);
        node.Node.Write("/run/request.json", node.Request());

        var failures = await node.Node.ShellAsync($$"""
            export CNI_PATH={{NodeSandbox.BuiltInBin}} CNI_IFNAME=eth0
            cycles() {
              export CNI_NETNS=/run/netns/pod$1
              n=0
              while [ $n -lt 125 ]; do
                n=$((n + 1))
                export CNI_CONTAINERID=worker$1-$n CNI_ARGS="IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod$1"
                CNI_COMMAND=ADD {{NodeSandbox.BuiltInBin}}/multinet </run/request.json >/run/answer$1 || { echo ADD $1-$n; cat /run/answer$1; }
                CNI_COMMAND=DEL {{NodeSandbox.BuiltInBin}}/multinet </run/request.json >/run/answer$1 || { echo DEL $1-$n; cat /run/answer$1; }
              done
            }
            for worker in 1 2 3 4; do cycles $worker & done
            wait
            rm /run/answer*
            """);
        File.Delete(node.Node.Outside("/run/request.json"));

        Assert.Equal("", failures);
        await Leaks.MustBeNoneAsync(node.Node, before);
    }

    private const string NftablesNetwork = """
        {"cniVersion": "1.0.0", "name": "cluster-net", "plugins": [
          {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "ipMasqBackend": "nftables", "macspoofchk": true,
           "ipam": {"type": "host-local", "subnet": "10.88.0.0/16", "routes": [{"dst": "0.0.0.0/0"}]}}]}
        """;

    // The first attachment makes what is shared by all and stays: bridges, tables, forwarding.
    private static async Task<MultiNetNode> StartAsync(string cniPath = NodeSandbox.BuiltInBin)
    {
        var node = await MultiNetNode.StartAsync(clusterNetwork: NftablesNetwork, cniPath: cniPath);
        ThreeNetworks.Define(node);
        await node.DefinePodAsync("pod1", ThreeNetworks.Annotation);
        (await node.AddAsync("pod1")).MustSucceed();
        (await node.DelAsync("pod1")).MustSucceed();
        return node;
    }
}
