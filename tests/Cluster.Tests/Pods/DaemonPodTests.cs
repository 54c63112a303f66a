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
        Assert.Equal(["eth0", "net1"], NetworkStatus.Of(await test.PodAsync("served")).Select(e => e["interface"]!.GetValue<string>()));
        Assert.Equal(before + 1, await daemon.StatusesWrittenAsync());
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
