using MultiNet.Webhook.Knowledge;
using Xunit.Abstractions;

namespace MultiNet.Webhook.Tests.Knowledge;

/// <summary>Memory is measured while no other test runs.</summary>
[CollectionDefinition(nameof(LargeClusterTests), DisableParallelization = true)]
public sealed class LargeClusterDefinition;

/// <summary>A large cluster is known, 5,000 pods with two networks each and 500 definitions; the memory that it takes is told.</summary>
[Collection(nameof(LargeClusterTests))]
public sealed class LargeClusterTests(ITestOutputHelper output)
{
    private const int Pods = 5000, Definitions = 500;

    private ClusterKnowledge? _knowledge;

    private const string Config = """
        {"cniVersion": "1.0.0", "name": "NAME", "plugins": [{"type": "bridge", "bridge": "NAME", "capabilities": {"ips": true, "mac": true}, "ipam": {"type": "host-local", "subnet": "SUBNET"}}, {"type": "tuning"}]}
        """;

    private const string Status = """
        [{"name": "cbr0", "interface": "eth0", "ips": ["10.244.IP"], "default": true, "dns": {}},
        {"name": "default/FIRST", "interface": "net1", "ips": ["10.1.IP"], "mac": "02:00:5e:01:MAC", "dns": {}},
        {"name": "default/SECOND", "interface": "net2", "ips": ["10.2.IP"], "mac": "02:00:5e:02:MAC", "dns": {}}]
        """;

    [Fact]
    public async Task LargeCluster_IsKnown()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        for (int i = 0; i < Definitions; i++)
        {
            cluster.AddDefinition($"net{i}", Config.Replace("NAME", $"net{i}").Replace("SUBNET", $"10.{i / 250}.{i % 250}.0/24"));
        }
        cluster.AddNamespace("default");
        for (int i = 0; i < Pods; i++)
        {
            string status = Status.Replace("FIRST", $"net{i % Definitions}").Replace("SECOND", $"net{(i + 1) % Definitions}").Replace("IP", $"{i / 250}.{i % 250}").Replace("MAC", $"{i / 250:x2}:{i % 250:x2}");
            cluster.AddPod(
                $"web-6d4cf56db6-{i:x5}", annotations: [("k8s.v1.cni.cncf.io/networks", $"net{i % Definitions}, net{(i + 1) % Definitions}"), ("k8s.v1.cni.cncf.io/network-status", status)]);
        }
        await FollowAsync(cluster);
        // What is known is what is free when nobody knows it any more.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long with = GC.GetTotalMemory(forceFullCollection: true);
        _knowledge = null;
        long bytes = with - GC.GetTotalMemory(forceFullCollection: true);
        output.WriteLine($"{bytes / 1024} KiB for {Pods} pods and {Definitions} definitions: {bytes / (Pods + Definitions)} bytes each");
    }

    private async Task FollowAsync(WatchedCluster cluster)
    {
        using var api = cluster.Server.Client();
        _knowledge = new ClusterKnowledge(api);
        using var stop = new CancellationTokenSource();
        var running = _knowledge.Loops.Select(loop => Task.Run(() => loop.RunAsync(stop.Token))).ToArray();
        await Eventually.TrueAsync(() => _knowledge.NotSynced.Count == 0, "all is listed");
        Assert.Equal(2 * Pods / Definitions, _knowledge.AttachmentsOf("default/net7").Count());
        Assert.Equal($"web-6d4cf56db6-{7:x5}", Assert.Single(_knowledge.HoldersOf("default/net7", "10.1.0.7")).Pod);
        await stop.CancelAsync();
        await Task.WhenAll(running);
    }
}
