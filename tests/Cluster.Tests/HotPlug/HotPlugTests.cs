using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.HotPlug;

/// <summary>Networks come to running pods, and leave them, as their annotation changes; the node daemon sees to it.</summary>
[Collection(ClusterCollection.Name)]
public sealed class HotPlugTests(ClusterUnderTest cluster)
{
    [Fact]
    public Task Network_ComesToARunningPod_AndLeavesIt_AsItsAnnotationSays() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await test.DefineAsync("wire", Networks.Ptp("wire", "10.62.0.0/24"));
        await using var daemon = await NodeDaemon.StartAsync(cluster);
        await test.RunAsync(new PodManifest("web") { Networks = "blue" });
        string[] alone = ["eth0=cluster-network", $"net1={test.Namespace}/blue"];
        await test.StatusAsync("web", alone);
        var before = await test.ExecAsync("web", "ip -4 address show");

        await test.AnnotateAsync("web", "blue, wire");

        var status = await test.StatusAsync("web", [.. alone, $"net2={test.Namespace}/wire"]);
        var seen = await test.ExecAsync("web", "ip -4 address show");
        Assert.StartsWith(before, seen, StringComparison.Ordinal);
        Assert.Contains($"inet {status[2]["ips"]![0]}/", seen, StringComparison.Ordinal);
        Assert.Contains(status[2]["mac"]!.GetValue<string>(), await test.ExecAsync("web", "ip link show dev net2"), StringComparison.Ordinal);
        await test.EventAsync("web", "Attached net2");

        await test.AnnotateAsync("web", "blue");

        await test.StatusAsync("web", alone);
        Assert.Equal(before, await test.ExecAsync("web", "ip -4 address show"));
        Assert.Empty(test.Node.AddressesOf("wire"));
        await test.EventAsync("web", "Released net2");
    });

    [Fact]
    public Task AnnotationThatMakesNoSense_ChangesNothing_AndAnEventSaysWhy() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await using var daemon = await NodeDaemon.StartAsync(cluster);
        await test.RunAsync(new PodManifest("web") { Networks = "blue" });
        var before = await test.ExecAsync("web", "ip -4 address show");

        await test.AnnotateAsync("web", "blue, missing");

        await test.EventAsync("web", "definition (missing)");
        Assert.Equal(before, await test.ExecAsync("web", "ip -4 address show"));
        await test.StatusAsync("web", "eth0=cluster-network", $"net1={test.Namespace}/blue");
    });
}
