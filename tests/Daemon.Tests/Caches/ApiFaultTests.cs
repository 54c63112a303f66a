using Microsoft.AspNetCore.Http;
using MultiNet.Kubernetes;
using MultiNet.Meta.NodeDaemon;
using MultiNet.Networks;

namespace MultiNet.Daemon.Tests.Caches;

/// <summary>The daemon with an API server that does what a real one will not do on demand.</summary>
public sealed class ApiFaultTests
{
    private static bool IsListOfPods(HttpContext context) => context.Request.Path == WatchedCluster.Pods && !context.IsWatch();

    private static bool IsWatchOfPods(HttpContext context) => context.Request.Path == WatchedCluster.Pods && context.IsWatch();

    private static async Task<bool> KnowsAsync(TestDaemon daemon, string pod) => (await daemon.AskAsync(new DaemonRequest
    {
        Operation = DaemonOperation.Pod, Namespace = "default", Name = pod,
    })).Pod is not null;

    [Fact]
    public async Task OnlyThePodsOfThisNode_AreAskedFor()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        var requests = cluster.Server.Requests.Where(r => r.Contains("/pods", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(requests);
        Assert.All(requests, r => Assert.Contains("fieldSelector=spec.nodeName%3Dnode1", r));
    }

    [Fact]
    public async Task ListThatExpiresHalfWay_IsBegunAnew()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("a");
        cluster.AddPod("b");
        cluster.Fault = async context =>
        {
            if (!IsListOfPods(context) || !context.Request.Query.ContainsKey("limit"))
                return false;
            if (context.Request.Query.ContainsKey("continue"))
                await context.StatusAsync(410, "Expired", "the continue parameter is too old");
            else
                await context.JsonAsync(Answers.List("5", "next", Answers.Pod("a", "5")));
            return true;
        };
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        Assert.True(await KnowsAsync(daemon, "a"));
        Assert.True(await KnowsAsync(daemon, "b"));
    }

    [Fact]
    public async Task VersionThatIsForgotten_IsListedAnew_AndNothingIsMissed()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("stays");
        cluster.AddPod("goes");
        int expired = 0;
        cluster.Fault = async context =>
        {
            if (!IsWatchOfPods(context) || Interlocked.Increment(ref expired) > 1)
                return false;
            cluster.Remove(WatchedCluster.Pods, "goes");
            cluster.AddPod("comes");
            await context.Response.WriteAsync(Answers.Event("ERROR", """{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}"""));
            return true;
        };
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        await Eventually.TrueAsync(() => daemon.Context.Caches.Pods.TryGet(new ObjectKey("default", "comes"), out _));
        Assert.True(await KnowsAsync(daemon, "stays"));
        Assert.False(await KnowsAsync(daemon, "goes"));
    }

    [Fact]
    public async Task WatchOnWhichNothingComes_IsGivenUp()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        int watches = 0;
        cluster.Fault = async context =>
        {
            if (!IsWatchOfPods(context) || Interlocked.Increment(ref watches) > 1)
                return false;
            // The connection is open, and dead.
            await context.Response.StartAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        await using var daemon = await TestDaemon.StartAsync(cluster.Server.Config(), timeouts: TestDaemon.Quick with { Silence = TimeSpan.FromMilliseconds(300) });
        await daemon.Context.Caches.Synced.WaitAsync(Eventually.Patience);

        cluster.AddPod("late");

        await Eventually.TrueAsync(() => daemon.Context.Caches.Pods.TryGet(new ObjectKey("default", "late"), out _));
        Assert.True(daemon.Context.Metrics.WatchFailures.Value("pods") > 0);
    }

    [Fact]
    public async Task ServerThatIsAway_IsNoReasonToEnd_AndWhatIsKnownIsAnswered()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web");
        bool isAway = true;
        cluster.Fault = context =>
        {
            if (Volatile.Read(ref isAway))
                context.Abort();
            return Task.FromResult(Volatile.Read(ref isAway));
        };
        await using var daemon = await TestDaemon.StartAsync(cluster.Server.Config());
        await Eventually.TrueAsync(() => daemon.Context.Metrics.WatchFailures.Value("pods") > 0);

        Volatile.Write(ref isAway, false);
        await daemon.Context.Caches.Synced.WaitAsync(Eventually.Patience);
        Volatile.Write(ref isAway, true);

        Assert.True(await KnowsAsync(daemon, "web"));
        Assert.Empty(await daemon.Daemon.Health.NotReadyAsync());
    }

    [Fact]
    public async Task TokenThatRotates_IsReadAnew()
    {
        using var folder = new TestFolder();
        string token = Path.Combine(folder.Path, "token");
        await File.WriteAllTextAsync(token, "first");
        string accepted = "Bearer first";
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web");
        cluster.Fault = async context =>
        {
            if (context.Request.Headers.Authorization == Volatile.Read(ref accepted))
                return false;
            await context.StatusAsync(401, "Unauthorized");
            return true;
        };
        await using var daemon = await TestDaemon.StartAsync(cluster.Server.Config(new KubeConfigUser { TokenFile = token }));
        await daemon.Context.Caches.Synced.WaitAsync(Eventually.Patience);

        Volatile.Write(ref accepted, "Bearer second");
        await File.WriteAllTextAsync(token, "second");

        Assert.True((await daemon.AskAsync(Reports.Attached("web", status: "[rotated]"))).Written);
        Assert.Equal("[rotated]", cluster.Annotation("web", AnnotationKeys.NetworkStatus));
    }
}
