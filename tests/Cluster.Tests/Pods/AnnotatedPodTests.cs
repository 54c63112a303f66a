using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Pods;

/// <summary>Pods have the networks of their annotation; <c>multinet</c> asks the API server itself.</summary>
[Collection(ClusterCollection.Name)]
public sealed class AnnotatedPodTests(ClusterUnderTest cluster)
{
    [Fact]
    public Task Pod_HasAnInterfaceForEachNetwork_InTheAnnotationsOrder() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await test.DefineAsync("wire", Networks.Ptp("wire", "10.62.0.0/24"));
        await test.DefineAsync("taps", """{"cniVersion": "1.0.0", "name": "taps", "type": "tap", "ipam": {"type": "host-local", "subnet": "10.63.0.0/24"}}""");

        await test.RunAsync(new PodManifest("several") { Networks = "wire, blue, taps@tap7" });

        var seen = await test.ExecAsync("several", "ip -o -4 address show; ip route");
        Assert.Matches(@"eth0\s+inet 10\.244\.", seen);
        Assert.Matches(@"net1\s+inet 10\.62\.0\.", seen);
        Assert.Matches(@"net2\s+inet 10\.61\.0\.\d+/24", seen);
        Assert.Matches(@"tap7\s+inet 10\.63\.0\.\d+/24", seen);
        Assert.Contains("default via 10.244.0.1 dev eth0", seen, StringComparison.Ordinal);
    });

    [Fact]
    public Task NetworkStatus_SaysWhatThePodHas() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await test.RunAsync(new PodManifest("told") { Networks = "blue" });

        var pod = await test.PodAsync("told");
        var status = NetworkStatus.Of(pod);
        Assert.Equal(2, status.Count);
        Assert.Equal("cluster-network", status[0]["name"]!.GetValue<string>());
        Assert.Equal("eth0", status[0]["interface"]!.GetValue<string>());
        Assert.True(status[0]["default"]!.GetValue<bool>());
        Assert.Equal(pod["status"]!["podIP"]!.GetValue<string>(), status[0]["ips"]!.AsArray().Single()!.GetValue<string>());
        Assert.Equal($"{test.Namespace}/blue", status[1]["name"]!.GetValue<string>());
        Assert.Equal("net1", status[1]["interface"]!.GetValue<string>());
        Assert.False(status[1]["default"]?.GetValue<bool>() ?? false);
        foreach (var entry in status)
        {
            var seen = await test.ExecAsync("told", $"ip address show dev {entry["interface"]!.GetValue<string>()}");
            Assert.Contains(entry["mac"]!.GetValue<string>(), seen, StringComparison.Ordinal);
            Assert.Contains($"inet {entry["ips"]!.AsArray().Single()!.GetValue<string>()}/", seen, StringComparison.Ordinal);
        }
    });

    [Fact]
    public Task Pod_HasTheAddressAndTheMacThatItsAnnotationNames() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("own", Networks.BridgeWithOwnAddresses("own"));
        await test.RunAsync(new PodManifest("named") { Networks = """[{"name": "own", "ips": ["10.64.0.9/24"], "mac": "02:00:00:00:64:09", "interface": "data0"}]""" });

        var seen = await test.ExecAsync("named", "ip address show dev data0");
        Assert.Contains("inet 10.64.0.9/24", seen, StringComparison.Ordinal);
        Assert.Contains("02:00:00:00:64:09", seen, StringComparison.Ordinal);
    });

    [Fact]
    public Task Pod_HasWhatEachPluginOfAChainDoes() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("chain", """
            {"cniVersion": "1.0.0", "name": "chain", "plugins": [
              {"type": "bridge", "bridge": "br-chain", "isGateway": true, "ipam": {"type": "host-local", "subnet": "10.65.0.0/24", "routes": [{"dst": "192.0.2.0/24"}]}},
              {"type": "tuning", "mtu": 1400, "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1"}},
              {"type": "bandwidth", "ingressRate": 8000000, "ingressBurst": 800000},
              {"type": "sbr"}]}
            """);
        await test.RunAsync(new PodManifest("chained") { Networks = "chain" });

        var seen = await test.ExecAsync("chained", "ip link show dev net1; cat /proc/sys/net/ipv4/conf/net1/arp_filter; ip rule; ip route show table 100");
        Assert.Contains("mtu 1400", seen, StringComparison.Ordinal);
        Assert.Contains("\n1\n", seen, StringComparison.Ordinal);
        Assert.Contains("from 10.65.0.2 lookup 100", seen, StringComparison.Ordinal);
        Assert.Contains("192.0.2.0/24 via 10.65.0.1 dev net1", seen, StringComparison.Ordinal);
        Assert.Contains("tbf", await test.Node.ShellAsync("tc qdisc show"), StringComparison.Ordinal);
    });

    [Fact]
    public Task PodsOfOneNetwork_ReachEachOther() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await test.RunAsync(new PodManifest("left") { Networks = "blue" }, new PodManifest("right") { Networks = "blue" });

        var right = NetworkStatus.Of(await test.PodAsync("right"))[1]["ips"]![0]!.GetValue<string>();
        await test.ReachesAsync("left", right, over: "net1");
    });

    [Fact]
    public Task StaticPod_HasTheNetworksOfItsAnnotation() => cluster.TestAsync(async test =>
    {
        const string Manifest = "/etc/kubernetes/manifests/static-networks.json";
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        test.Node.Write(Manifest, new PodManifest("annotated") { Networks = "blue" }.ToJson(test.Namespace).ToJsonString());
        try
        {
            await Eventually.HoldsAsync(
                "the static pod runs", async () => (await test.Kubectl.FindAsync("pod", "annotated-node", test.Namespace))?["status"]?["phase"]?.GetValue<string>() == "Running");
            Assert.Matches(@"net1\s+inet 10\.61\.0\.", await test.ExecAsync("annotated-node", "ip -o -4 address show"));
            await test.StatusAsync("annotated-node", "eth0=cluster-network", $"net1={test.Namespace}/blue");
        }
        finally
        {
            File.Delete(test.Node.Outside(Manifest));
        }

        await test.NothingIsLeftAsync();
    });

    [Fact]
    public Task PodWaits_AndItsEventsSayWhy_UntilItsDefinitionIsThere() => cluster.TestAsync(async test =>
    {
        await test.Kubectl.ApplyAsync(new PodManifest("early") { Networks = "late" }.ToJson(test.Namespace));
        await test.EventAsync("early", "definition (late)");

        await test.DefineAsync("late", Networks.Bridge("late", "10.66.0.0/24"));

        await test.NudgeAsync("early");
        await test.ReadyAsync("early");
        Assert.Contains("net1", await test.ExecAsync("early", "ip -o -4 address show"), StringComparison.Ordinal);
    });

    [Fact]
    public Task FortyPodsAtOnce_HaveTheirNetworks_EachItsOwnAddress() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.67.0.0/16"));
        var pods = Enumerable.Range(1, 40).Select(i => new PodManifest($"crowd-{i}") { Networks = "blue" }).ToArray();

        await test.RunAsync(pods);

        var statuses = (await test.Kubectl.ListAsync("pods", test.Namespace)).Select(NetworkStatus.Of).ToList();
        Assert.Equal(40, statuses.Count);
        Assert.All(statuses, s => Assert.Equal(["eth0", "net1"], s.Select(e => e["interface"]!.GetValue<string>())));
        Assert.Equal(80, statuses.SelectMany(s => s).SelectMany(e => e["ips"]!.AsArray()).Select(i => i!.GetValue<string>()).Distinct().Count());
    });

    [Fact]
    public Task PodsOfADeployment_HaveTheNetworksOfItsTemplate() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        var template = new PodManifest("unused") { Networks = "blue" }.ToJson(test.Namespace);
        template["metadata"] = new JsonObject
        {
            ["labels"] = new JsonObject { ["app"] = "web" },
            ["annotations"] = template["metadata"]!["annotations"]!.DeepClone(),
        };
        await test.Kubectl.ApplyAsync(new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = new JsonObject { ["name"] = "web", ["namespace"] = test.Namespace },
            ["spec"] = new JsonObject
            {
                ["replicas"] = 3,
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "web" } },
                ["template"] = new JsonObject { ["metadata"] = template["metadata"]!.DeepClone(), ["spec"] = template["spec"]!.DeepClone() },
            },
        });
        await test.Kubectl.RunAsync("rollout", "status", "deployment/web", "-n", test.Namespace, $"--timeout={Eventually.Patience.TotalSeconds}s");

        var pods = await test.Kubectl.ListAsync("pods", test.Namespace);
        Assert.Equal(3, pods.Count);
        Assert.All(pods, p => Assert.Equal(["eth0", "net1"], NetworkStatus.Of(p).Select(e => e["interface"]!.GetValue<string>())));
        await test.Kubectl.RunAsync("delete", "deployment", "web", "-n", test.Namespace);
    });
}
