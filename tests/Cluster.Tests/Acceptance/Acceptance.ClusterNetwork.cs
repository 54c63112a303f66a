using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Acceptance;

// The cluster network's configuration, which is others'.
public sealed partial class Acceptance
{
    private const string Configuration = "/etc/cni/net.d/00-multinet.conflist", ClusterNetwork = "/etc/cni/net.d/10-cluster.conflist";

    [Fact]
    public Task A17_ClusterNetworkIsHalfWritten_OrReplaced_TheNodeStaysReady_AndPodsHaveTheNetworkThatIsThere() => cluster.TestAsync(async test =>
    {
        const string Output = "/run/follower.log", Other = "/etc/cni/net.d/05-other.conflist";
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await test.RunAsync(new PodManifest("before") { Networks = "blue" });
        var whole = test.Node.Read(ClusterNetwork);
        var install = $"{Repository.MultiNet} install --bin-dir /opt/cni/bin --conf-dir /etc/cni/net.d --kubeconfig /etc/multinet/multinet.kubeconfig";
        await test.Node.ShellAsync(install);
        var installed = test.Node.Read(Configuration);
        var follower = (await test.Node.ShellAsync($"{install} --follow >{Output} 2>&1 </dev/null & echo $!")).Trim();
        try
        {
            await test.Node.ShellAsync($"truncate -s 100 {ClusterNetwork}");
            await Eventually.HoldsAsync("the follower says what is wrong", () => Task.FromResult(test.Node.Read(Output).Contains(ClusterNetwork, StringComparison.Ordinal)), () => test.Node.Read(Output));
            await test.DeleteAsync("before");
            await test.NothingIsLeftAsync();
            await test.Kubectl.ApplyAsync(new PodManifest("during") { Networks = "blue" }.ToJson(test.Namespace));
            await test.EventAsync("during", ClusterNetwork);
            Assert.Equal(installed, test.Node.Read(Configuration));
            Assert.Equal("True", await test.Kubectl.RunAsync("get", "node", "node", "-o", "jsonpath={.status.conditions[?(@.type=='Ready')].status}"));

            test.Node.Write(ClusterNetwork, whole);
            await test.NudgeAsync("during");
            await test.ReadyAsync("during");
            Assert.Equal(installed, test.Node.Read(Configuration));

            // Without the file of before, pods that start too early for the new one wait for it.
            test.Node.Write(Other, whole.Replace("cluster-network", "other-network", StringComparison.Ordinal).Replace("cni0", "cni1", StringComparison.Ordinal).Replace("10.244.", "10.245.", StringComparison.Ordinal));
            File.Delete(test.Node.Outside(ClusterNetwork));
            await Eventually.HoldsAsync("the new cluster network is taken", () => Task.FromResult(Followed() == Other), () => test.Node.Read(Output));
            await test.RunAsync(new PodManifest("after") { Networks = "blue" });
            Assert.StartsWith("10.245.", (await test.PodAsync("after"))["status"]!["podIP"]!.GetValue<string>(), StringComparison.Ordinal);
            await test.DeleteAsync("during");
            await Eventually.HoldsAsync("the address of the network of before is free", () => Task.FromResult(test.Node.AddressesOf("cluster-network").Count == 0));
        }
        finally
        {
            await test.Node.ShellAsync($"kill {follower}; rm -f {Other}");
            await cluster.ScriptAsync("install", Repository.Executables);
        }

        string? Followed() => JsonNode.Parse(test.Node.Read(Configuration))!["plugins"]![0]!["clusterNetwork"]?.GetValue<string>();
    });
}
