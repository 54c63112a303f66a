using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Pods;

/// <summary>Pods that ask for nothing have the cluster's network, as before MultiNet was installed.</summary>
[Collection(ClusterCollection.Name)]
public sealed class PlainPodTests(ClusterUnderTest cluster)
{
    [Fact]
    public Task Node_IsReady_WhenMultiNetIsInstalledAroundTheClustersNetwork() => cluster.TestAsync(async test =>
    {
        var node = JsonNode.Parse(await test.Kubectl.RunAsync("get", "node", "node", "-o", "json"))!;

        var ready = node["status"]!["conditions"]!.AsArray().Single(c => c!["type"]!.GetValue<string>() == "Ready")!;
        Assert.Equal("True", ready["status"]!.GetValue<string>());
    });

    [Fact]
    public Task Pod_HasOneInterfaceOfTheClustersNetwork() => cluster.TestAsync(async test =>
    {
        await test.RunAsync(new PodManifest("plain"));

        var address = (await test.PodAsync("plain"))["status"]!["podIP"]!.GetValue<string>();
        var seen = await test.ExecAsync("plain", "ip -o -4 address show; ip route");
        Assert.StartsWith("10.244.", address, StringComparison.Ordinal);
        Assert.Matches($@"eth0\s+inet {address.Replace(".", @"\.", StringComparison.Ordinal)}/16", seen);
        Assert.Contains("default via 10.244.0.1 dev eth0", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("net1", seen, StringComparison.Ordinal);
    });

    [Fact]
    public Task Pods_ReachEachOtherAndTheApiServer() => cluster.TestAsync(async test =>
    {
        await test.RunAsync(new PodManifest("one"), new PodManifest("two"));

        var address = (await test.PodAsync("two"))["status"]!["podIP"]!.GetValue<string>();
        await test.ReachesAsync("one", address);
        await Eventually.HoldsAsync("the API server is reached", async () =>
            (await test.Kubectl.TryExecAsync(test.Namespace, "one", "sh", "-c", "nc -w 5 10.96.0.1 443 </dev/null && echo open")).Output.Trim() == "open");
    });

    [Fact]
    public Task Pod_IsReachedOnItsHostPort_FromOutsideOfTheNode() => cluster.TestAsync(async test =>
    {
        await test.RunAsync(new PodManifest("server") { Command = ["sh", "-c", "while :; do echo hello | nc -l -p 80; done"], Ports = [(80, 30080)] });

        await test.SaysAsync(30080, "hello");
    });

    [Fact]
    public Task StaticPod_HasItsNetwork_AndLeavesNothing() => cluster.TestAsync(async test =>
    {
        const string Manifest = "/etc/kubernetes/manifests/static.json";
        test.Node.Write(Manifest, new PodManifest("static").ToJson(test.Namespace).ToJsonString());
        try
        {
            // The kubelet makes a mirror of it, static-node, at the API server.
            await Eventually.HoldsAsync(
                "the static pod runs", async () => (await test.Kubectl.FindAsync("pod", "static-node", test.Namespace))?["status"]?["phase"]?.GetValue<string>() == "Running");
            Assert.Contains("eth0", await test.ExecAsync("static-node", "ip -o -4 address show"), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(test.Node.Outside(Manifest));
        }

        await test.NothingIsLeftAsync();
    });

    [Fact]
    public Task Pod_LeavesNeitherInterfaceNorAddressNorRule_WhenItIsDeleted() => cluster.TestAsync(async test =>
    {
        const string State = "ip -o link show master cni0 | wc -l; ls /var/lib/cni/networks/cluster-network; iptables-save | sort";
        // The first pod with a port leaves what all pods share: the bridge, the chains that lead to the ports.
        await test.RunAsync(new PodManifest("before") { Ports = [(80, 30082)] });
        await test.DeleteAsync("before");
        await test.NothingIsLeftAsync();
        var before = Settled(await test.Node.ShellAsync(State));

        await test.RunAsync(new PodManifest("short-lived") { Ports = [(80, 30081)] });
        var during = Settled(await test.Node.ShellAsync(State));
        await test.DeleteAsync("short-lived");
        await test.NothingIsLeftAsync();

        Assert.NotEqual(before, during);
        var after = "";
        await Eventually.HoldsAsync("the node is as before", async () => (after = Settled(await test.Node.ShellAsync(State))) == before, () => $"Before:\n{before}\nAfter:\n{after}");
    });

    // Counters and times of iptables-save are no state of the pods'.
    private static string Settled(string state) =>
        string.Join('\n', state.Split('\n').Where(l => !l.StartsWith('#')).Select(l => l.StartsWith(':') ? l.Split('[')[0] : l).Order(StringComparer.Ordinal));
}
