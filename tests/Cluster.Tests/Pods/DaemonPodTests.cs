using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Pods;

/// <summary>Pods have the networks of their annotation when the node daemon answers <c>multinet</c>.</summary>
[Collection(ClusterCollection.Name)]
public sealed class DaemonPodTests(ClusterUnderTest cluster)
{
    [Fact]
    public Task Pod_HasItsNetworks_AndTheDaemonWritesItsStatus() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await using var daemon = await NodeDaemon.StartAsync(cluster);
        var before = await daemon.StatusesWrittenAsync();

        await test.RunAsync(new PodManifest("served") { Networks = "blue" });

        Assert.Matches(@"net1\s+inet 10\.61\.0\.", await test.ExecAsync("served", "ip -o -4 address show"));
        await test.StatusAsync("served", "eth0=cluster-network", $"net1={test.Namespace}/blue");
        // It is counted when the API server has answered.
        await Eventually.HoldsAsync("the daemon has written one status", async () => await daemon.StatusesWrittenAsync() == before + 1);
    });

    [Fact]
    public Task Events_SayWhatThePodGot() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await using var daemon = await NodeDaemon.StartAsync(cluster);

        await test.RunAsync(new PodManifest("told") { Networks = "blue" });

        await test.EventAsync("told", $"{test.Namespace}/blue");
    });

    [Fact]
    public Task Pod_StartsWhenTheApiServerIsBack_AndItsStatusIsWrittenThen() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await using var daemon = await NodeDaemon.StartAsync(cluster);
        await test.Kubectl.ApplyAsync(new PodManifest("patient") { Networks = "blue" }.ToJson(test.Namespace));
        await cluster.KillAsync("kube-apiserver");
        await cluster.RestartAsync("kube-apiserver");

        await test.ReadyAsync("patient");
        await Eventually.HoldsAsync("the status is there", async () => NetworkStatus.Find(await test.PodAsync("patient"))?.Count == 2);
    });
}
