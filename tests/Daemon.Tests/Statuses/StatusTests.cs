using MultiNet.Networks;

namespace MultiNet.Daemon.Tests.Statuses;

public sealed class StatusTests
{
    private static bool IsPatch(Microsoft.AspNetCore.Http.HttpContext context) => context.Request.Method == "PATCH";

    [Fact]
    public async Task Attached_IsAnsweredWhenTheStatusIsWritten_ToThePodWithThisUid()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web", "u1");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        var answer = await daemon.AskAsync(Reports.Attached("web", "u1", "[the status]"));

        Assert.True(answer.Written);
        Assert.Equal("[the status]", cluster.Annotation("web", AnnotationKeys.NetworkStatus));
        var (path, patch) = Assert.Single(cluster.Patches);
        Assert.Equal("/api/v1/namespaces/default/pods/web/status", path);
        Assert.Equal("""{"metadata":{"uid":"u1","annotations":{"k8s.v1.cni.cncf.io/network-status":"[the status]"}}}""", patch.ToJsonString());
    }

    [Fact]
    public async Task Attached_OfAPodThatIsGone_SaysSo()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("replaced", "new");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        Assert.Contains("no such pod", (await daemon.AskAsync(Reports.Attached("nobody"))).Gone);
        Assert.Contains("UID old", (await daemon.AskAsync(Reports.Attached("replaced", "old"))).Gone);
        Assert.Null(cluster.Annotation("replaced", AnnotationKeys.NetworkStatus));
    }

    [Fact]
    public async Task Attached_WhereTheServerIsAway_IsQueued_AndWrittenLater()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);
        cluster.Fault = async context =>
        {
            if (IsPatch(context))
                await context.StatusAsync(503, "ServiceUnavailable");
            return IsPatch(context);
        };

        var answer = await daemon.AskAsync(Reports.Attached("web", status: "[late]"));

        Assert.True(answer.Queued);
        Assert.False(answer.Written);
        cluster.Fault = _ => Task.FromResult(false);
        await Eventually.TrueAsync(() => cluster.Annotation("web", AnnotationKeys.NetworkStatus) == "[late]");
    }

    [Fact]
    public async Task NewestStatusWins_WhereSeveralWait()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);
        var release = new TaskCompletionSource();
        var arrived = new TaskCompletionSource();
        cluster.Fault = async context =>
        {
            if (IsPatch(context))
            {
                arrived.TrySetResult();
                await release.Task;
            }
            return false;
        };

        var first = daemon.AskAsync(Reports.Attached("web", status: "[1]"));
        await arrived.Task.WaitAsync(Eventually.Patience);
        var others = new[] { daemon.AskAsync(Reports.Attached("web", status: "[2]")) };
        await Eventually.TrueAsync(() => daemon.Log.Split("attached 2 networks").Length == 3);
        release.SetResult();
        await Task.WhenAll([first, .. others]);

        await Eventually.TrueAsync(() => cluster.Annotation("web", AnnotationKeys.NetworkStatus) == "[2]");
        // The second event is counted in the first one's, by a patch, too.
        Assert.Equal(["[1]", "[2]"], cluster.Patches.Where(p => p.Path.EndsWith("/status", StringComparison.Ordinal)).Select(p => (string?)p.Body["metadata"]!["annotations"]![AnnotationKeys.NetworkStatus]));
    }

    [Fact]
    public async Task Status_ThatTheServerNeverTakes_IsRefusedAtOnce()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);
        cluster.Fault = async context =>
        {
            if (IsPatch(context))
                await context.StatusAsync(422, "Invalid", "annotations too long");
            return IsPatch(context);
        };

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => daemon.AskAsync(Reports.Attached("web")));

        Assert.Contains("annotations too long", error.Message);
    }

    [Fact]
    public async Task Start_WritesWhatTheJournalsSayAndThePodsLack()
    {
        using var folder = new TestFolder();
        await using var cluster = await WatchedCluster.StartAsync();
        string status = Reports.Journal(folder.StateDir, "web", "10.1.0.2/16");
        string newest = Reports.Journal(folder.StateDir, "twice", "10.1.0.9/16", "new");
        Reports.Journal(folder.StateDir, "twice", "10.1.0.3/16", "old", created: DateTime.UtcNow.AddMinutes(-1));
        Reports.Journal(folder.StateDir, "other-uid", "10.1.0.4/16", "c3", uid: "older");
        Reports.Journal(folder.StateDir, "unfinished", "10.1.0.5/16", "c4", complete: false);
        Reports.Journal(folder.StateDir, "half-released", "10.1.0.7/16", "c6", released: true);
        string right = Reports.Journal(folder.StateDir, "right", "10.1.0.6/16", "c5");
        foreach (string pod in (string[])["web", "twice", "other-uid", "unfinished", "half-released"])
            cluster.AddPod(pod);
        cluster.AddPod("right", "", "default", (AnnotationKeys.NetworkStatus, right));

        await using var daemon = await TestDaemon.StartSyncedAsync(cluster, folder.Path);

        await Eventually.TrueAsync(() => cluster.Annotation("web", AnnotationKeys.NetworkStatus) == status && cluster.Annotation("twice", AnnotationKeys.NetworkStatus) == newest);
        Assert.Null(cluster.Annotation("other-uid", AnnotationKeys.NetworkStatus));
        Assert.Null(cluster.Annotation("unfinished", AnnotationKeys.NetworkStatus));
        Assert.Null(cluster.Annotation("half-released", AnnotationKeys.NetworkStatus));
        Assert.Equal(2, cluster.Patches.Count);
        Assert.DoesNotContain("failed and is started again", daemon.Log);
    }

    [Fact]
    public async Task Status_SurvivesADaemonThatIsKilledBetweenReportAndPatch()
    {
        using var folder = new TestFolder();
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web");
        cluster.Fault = async context =>
        {
            if (IsPatch(context))
                await context.StatusAsync(500, "InternalError");
            return IsPatch(context);
        };
        string status;
        await using (var killed = await TestDaemon.StartSyncedAsync(cluster, folder.Path, config => config with { Shutdown = TimeSpan.FromSeconds(1) }))
        {
            status = Reports.Journal(folder.StateDir, "web", "10.1.0.2/16");
            Assert.True((await killed.AskAsync(Reports.Attached("web", status: status))).Queued);
        }
        Assert.Null(cluster.Annotation("web", AnnotationKeys.NetworkStatus));
        cluster.Fault = _ => Task.FromResult(false);

        await using var next = await TestDaemon.StartSyncedAsync(cluster, folder.Path);

        await Eventually.TrueAsync(() => cluster.Annotation("web", AnnotationKeys.NetworkStatus) == status);
    }

    [Fact]
    public async Task Status_ThatIsTakenAway_IsWrittenAgain()
    {
        using var folder = new TestFolder();
        await using var cluster = await WatchedCluster.StartAsync();
        string status = Reports.Journal(folder.StateDir, "web", "10.1.0.2/16");
        cluster.AddPod("web", "", "default", (AnnotationKeys.NetworkStatus, status));
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster, folder.Path);

        cluster.AddPod("web");

        await Eventually.TrueAsync(() => cluster.Annotation("web", AnnotationKeys.NetworkStatus) == status);
    }

    [Fact]
    public async Task Stop_WritesWhatWaits()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);
        bool isAway = true;
        cluster.Fault = async context =>
        {
            if (IsPatch(context) && Volatile.Read(ref isAway))
            {
                await context.StatusAsync(503, "ServiceUnavailable");
                return true;
            }
            return false;
        };
        Assert.True((await daemon.AskAsync(Reports.Attached("web", status: "[last]"))).Queued);

        var stopped = daemon.StopAsync();
        Volatile.Write(ref isAway, false);
        await stopped;

        Assert.Equal("[last]", cluster.Annotation("web", AnnotationKeys.NetworkStatus));
    }

    [Fact]
    public async Task StatusOfASandboxThatWasReleased_IsNotWrittenAnyMore()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);
        cluster.Fault = async context =>
        {
            if (IsPatch(context))
                await context.StatusAsync(503, "ServiceUnavailable");
            return IsPatch(context);
        };
        Assert.True((await daemon.AskAsync(Reports.Attached("web", status: "[1]"))).Queued);

        await Eventually.TrueAsync(() =>
        {
            daemon.Client.Ask(Reports.Detached("web"), TimeSpan.FromSeconds(20), out _);
            return daemon.Context.Metrics.Text().Contains("multinet_queue_length{queue=\"status\"} 0", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task StatusOfASandboxThatWasReleased_IsNotTriedAgain_ThoughItWasUnderWay()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);
        TaskCompletionSource arrived = new(), release = new();
        cluster.Fault = async context =>
        {
            if (!IsPatch(context))
                return false;
            arrived.TrySetResult();
            await release.Task;
            await context.StatusAsync(503, "ServiceUnavailable");
            return true;
        };
        var attached = daemon.AskAsync(Reports.Attached("web", status: "[1]"));
        await arrived.Task.WaitAsync(Eventually.Patience);

        await daemon.AskAsync(Reports.Detached("web"));
        release.SetResult();

        await attached;
        await Eventually.TrueAsync(() => daemon.Context.Metrics.Text().Contains("multinet_queue_length{queue=\"status\"} 0", StringComparison.Ordinal));
    }
}
