using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Pods;

/// <summary>The runtime ends, and comes back.</summary>
[Collection(ClusterCollection.Name)]
public sealed class RuntimeRestartTests(ClusterUnderTest cluster)
{
    [Fact]
    public Task RuntimeIsKilledInTheMiddleOfAnAdd_ThePodStartsAnew_AndNothingIsLeftOfTheFirstSandbox() => cluster.TestAsync(async test =>
    {
        // Kills containerd, once.
        await test.Node.AddPluginAsync("kills-runtime", """
            #!/bin/sh
            case $CNI_COMMAND in
              ADD) [ -e /run/kills-runtime ] || { echo "$CNI_CONTAINERID" >/run/kills-runtime; kill -9 $(pidof containerd); }
                   exec jq .prevResult ;;
            esac
            """);
        await test.DefineAsync("mortal", """
            {"cniVersion": "1.0.0", "name": "mortal", "plugins": [
              {"type": "bridge", "bridge": "br-mortal", "ipam": {"type": "host-local", "subnet": "10.79.0.0/24"}}, {"type": "kills-runtime"}]}
            """);
        await test.Kubectl.ApplyAsync(new PodManifest("again") { Networks = "mortal" }.ToJson(test.Namespace));
        await Eventually.HoldsAsync("the runtime is killed", () => Task.FromResult(File.Exists(test.Node.Outside("/run/kills-runtime"))));
        await cluster.KillAsync("containerd");
        await cluster.ScriptAsync("run", "containerd");

        await test.ReadyAsync("again");

        var first = test.Node.Read("/run/kills-runtime").Trim();
        Assert.Matches(@"net1\s+inet 10\.79\.0\.", await test.ExecAsync("again", "ip -o -4 address show"));
        await test.DeleteAsync("again");
        var left = "";
        await Eventually.HoldsAsync(
            "nothing is left of the sandbox whose ADD lost its runtime",
            async () => (left = await test.Node.ShellAsync($"grep -rl {first} /var/lib/cni/multinet /var/lib/cni/networks /var/lib/cni/multus /run/cni || true")).Length == 0,
            () => left);
        await test.NothingIsLeftAsync();
        Assert.Empty(test.Node.AddressesOf("mortal"));
    });
}
