using MultiNet.Meta.NodeDaemon;
using MultiNet.Networks;

namespace MultiNet.Daemon.Tests.Socket;

public sealed class PodQueryTests
{
    private static DaemonRequest Question(string name, string uid = "", params string[] definitions) => new()
    {
        Operation = DaemonOperation.Pod, Namespace = "default", Name = name, Uid = uid, Definitions = definitions, DefaultNetworkNamespace = "kube-system",
    };

    [Fact]
    public async Task Pod_ComesWithTheDefinitionsThatItAndTheConfigurationName()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web", "u1", "default", (AnnotationKeys.Networks, "blue,other/green"), (AnnotationKeys.DefaultNetwork, "main"), ("unrelated", "x"));
        foreach (var (space, name) in ((string, string)[])[("default", "blue"), ("other", "green"), ("kube-system", "main"), ("kube-system", "extra"), ("default", "red")])
            cluster.AddDefinition(name, $$"""{"name":"{{name}}"}""", space);
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        var answer = await daemon.AskAsync(Question("web", "u1", "kube-system/extra", "kube-system/absent"));

        Assert.Null(answer.Unknown);
        Assert.Equal("u1", answer.Pod!.Uid);
        Assert.Equal([AnnotationKeys.DefaultNetwork, AnnotationKeys.Networks], answer.Pod.Annotations!.Keys.Order(StringComparer.Ordinal).Reverse());
        Assert.Equal(
            ["default/blue", "kube-system/extra", "kube-system/main", "other/green"], answer.Definitions!.Select(d => $"{d.Namespace}/{d.Name}").Order(StringComparer.Ordinal));
        Assert.Equal("""{"name":"blue"}""", answer.Definitions!.Single(d => d.Name == "blue").Config);
    }

    [Fact]
    public async Task Pod_ThatIsNotThere_IsUnknown()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        var answer = await daemon.AskAsync(Question("nobody"));

        Assert.Contains("default/nobody is not among the pods", answer.Unknown);
        Assert.Null(answer.Pod);
    }

    [Fact]
    public async Task Pod_OfAnotherUid_IsUnknown()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web", "new");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        Assert.Contains("UID new here, not old", (await daemon.AskAsync(Question("web", "old"))).Unknown);
    }

    [Fact]
    public async Task StaticPod_IsKnownByAnyUid()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web", "mirror", "default", (AnnotationKeys.ConfigSource, "file"));
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        Assert.Equal("mirror", (await daemon.AskAsync(Question("web", "hash"))).Pod!.Uid);
    }

    [Fact]
    public async Task Pod_IsUnknown_WhileTheCachesAreNotComplete()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web", "u1");
        cluster.Fault = async context =>
        {
            if (context.Request.Path.Value!.Contains("/pods", StringComparison.Ordinal))
            {
                context.Response.StatusCode = 503;
                await context.Response.CompleteAsync();
                return true;
            }
            return false;
        };
        await using var daemon = await TestDaemon.StartAsync(cluster.Server.Config());

        Assert.Contains("not complete", (await daemon.AskAsync(Question("web", "u1"))).Unknown);

        cluster.Fault = _ => Task.FromResult(false);
        await daemon.Context.Caches.Synced.WaitAsync(Eventually.Patience);
        Assert.Equal("u1", (await daemon.AskAsync(Question("web", "u1"))).Pod!.Uid);
    }

    [Fact]
    public async Task PodsAndDefinitions_AreListedWhole()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("a");
        cluster.AddPod("b");
        cluster.AddDefinition("blue", "{}");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        Assert.Equal(["a", "b"], (await daemon.AskAsync(new DaemonRequest { Operation = DaemonOperation.Pods })).Pods!.Select(p => p.Name).Order());
        Assert.Equal(["blue"], (await daemon.AskAsync(new DaemonRequest { Operation = DaemonOperation.Definitions })).Definitions!.Select(p => p.Name));
    }
}
