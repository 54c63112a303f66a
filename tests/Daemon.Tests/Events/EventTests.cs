using System.Text;
using MultiNet.Daemon.Events;
using MultiNet.Kubernetes;
using MultiNet.Meta.NodeDaemon;
using MultiNet.Networks;

namespace MultiNet.Daemon.Tests.Events;

public sealed class EventTests
{
    [Fact]
    public async Task Attached_IsToldInTheWordsOfPeople()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web", "u1");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        await daemon.AskAsync(Reports.Attached("web", "u1"));

        await Eventually.TrueAsync(() => !cluster.Events.IsEmpty);
        var told = Assert.Single(cluster.Events);
        Assert.Equal("AttachedNetworks", (string?)told["reason"]);
        Assert.Equal("Normal", (string?)told["type"]);
        Assert.Equal("Attached eth0 10.1.0.2/16 from cluster; net1 from default/blue", (string?)told["note"]);
        Assert.Equal("""{"apiVersion":"v1","kind":"Pod","namespace":"default","name":"web","uid":"u1"}""", told["regarding"]!.ToJsonString());
        Assert.Equal("node1", (string?)told["reportingInstance"]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", (string?)told["eventTime"]);
    }

    [Fact]
    public async Task EventsOfAStaticPod_NameTheUidThatKubectlLooksFor()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web", "of-the-mirror", annotations: [(AnnotationKeys.ConfigSource, "file"), (AnnotationKeys.MirrorPod, "of-the-kubelet")]);
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        await daemon.AskAsync(Reports.Attached("web", "of-the-mirror"));
        await daemon.AskAsync(Reports.Failed("web", "no such master"));

        await Eventually.TrueAsync(() => cluster.Events.Count == 2);
        Assert.All(cluster.Events, e => Assert.Equal("of-the-kubelet", (string?)e["regarding"]!["uid"]));
    }

    [Fact]
    public async Task Failures_AreWarnings()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        await daemon.AskAsync(Reports.Failed("web", "pod default/web (container 0123456789ab): no such master"));
        await daemon.AskAsync(Reports.Detached("web", "busy"));

        await Eventually.TrueAsync(() => cluster.Events.Count == 2);
        Assert.Equal(["FailedAttachingNetworks", "FailedReleasingNetworks"], cluster.Events.Select(e => (string?)e["reason"]));
        Assert.All(cluster.Events, e => Assert.Equal("Warning", (string?)e["type"]));
        Assert.Contains("no such master", (string?)cluster.Events.First()["note"]);
    }

    [Fact]
    public async Task SameFailureOfFurtherSandboxes_IsCountedInTheFirstEvent()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        var counts = new List<int>();
        cluster.Fault = async context =>
        {
            if (context.Request.Method != "PATCH" || !context.Request.Path.Value!.Contains("/events/", StringComparison.Ordinal))
                return false;
            var body = (await System.Text.Json.Nodes.JsonNode.ParseAsync(context.Request.Body))!;
            lock (counts)
                counts.Add((int)body["series"]!["count"]!);
            await context.JsonAsync("{}");
            return true;
        };
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        foreach (string id in (string[])["aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"])
            await daemon.AskAsync(Reports.Failed("web", $"pod default/web (container {id}): no such master", id));

        await Eventually.TrueAsync(() =>
        {
            lock (counts)
                return counts.SequenceEqual([2, 3]);
        });
        Assert.Single(cluster.Events);
    }

    [Fact]
    public async Task AnEventThatIsGone_IsMadeAnew()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        int gone = 0;
        cluster.Fault = async context =>
        {
            if (context.Request.Method != "PATCH" || !context.Request.Path.Value!.Contains("/events/", StringComparison.Ordinal))
                return false;
            Interlocked.Increment(ref gone);
            await context.StatusAsync(404, "NotFound");
            return true;
        };
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        foreach (string id in (string[])["aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"])
            await daemon.AskAsync(Reports.Failed("web", $"pod default/web (container {id}): no such master", id));

        await Eventually.TrueAsync(() => cluster.Events.Count == 3);
        Assert.Equal(2, gone);
    }

    [Fact]
    public async Task EventsThatCannotBeWritten_DelayNothing()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web");
        var never = new TaskCompletionSource();
        cluster.Fault = async context =>
        {
            if (context.Request.Method == "POST")
                await never.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return context.Request.Method == "POST";
        };
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        for (int i = 0; i < 400; i++)
            await daemon.AskAsync(Reports.Failed("web", $"failure {i}"));
        Assert.True((await daemon.AskAsync(Reports.Attached("web"))).Written);

        Assert.True(daemon.Context.Metrics.EventsSent.Value("dropped") > 0);
        never.SetResult();
    }

    [Fact]
    public async Task Off_IsOff()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster, change: config => config with { Events = false });

        Assert.True((await daemon.AskAsync(Reports.Attached("web"))).Written);
        await daemon.StopAsync();

        Assert.Empty(cluster.Events);
    }

    [Theory]
    [InlineData('x')]
    [InlineData('ü')]
    public void Note_IsNeverLongerThanTheApiTakes(char letter)
    {
        var happened = EventNotes.ForFailed(new ObjectKey("default", "web"), new DaemonRequest { Message = new string(letter, 5000) });

        Assert.InRange(Encoding.UTF8.GetByteCount(happened.Note), 900, 1024);
    }
}
