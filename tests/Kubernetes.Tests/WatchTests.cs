using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;
using MultiNet.Kubernetes.Tests.Server;

namespace MultiNet.Kubernetes.Tests;

public sealed class WatchTests
{
    private static readonly WatchTimeouts Quick = new()
    {
        Silence = TimeSpan.FromSeconds(20), FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(5),
    };

    [Fact]
    public async Task Watch_BringsEvents_HoweverTheyAreCutUp()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = async context =>
        {
            byte[] bytes = Encoding.UTF8.GetBytes(Answers.Event("ADDED", Answers.Pod("a", "1", annotation: "ünï")) + Answers.Event("MODIFIED", Answers.Pod("a", "2")) + Answers.Bookmark("9"));
            foreach (byte one in bytes)
            {
                await context.Response.Body.WriteAsync(new[] { one });
                await context.Response.Body.FlushAsync();
            }
        };
        using var client = server.Client();

        var events = await ReadAsync(client, "5");

        Assert.Equal([(WatchEventType.Added, "a", "1"), (WatchEventType.Modified, "a", "2"), (WatchEventType.Bookmark, "", "9")], events);
        Assert.Contains("resourceVersion=5", server.Requests.Single());
        Assert.Contains("allowWatchBookmarks=true", server.Requests.Single());
    }

    [Fact]
    public async Task Watch_SaysThatTheVersionIsTooOld()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => context.Response.WriteAsync(Answers.Event("ERROR", """{"kind":"Status","code":410,"reason":"Expired","message":"too old"}"""));
        using var client = server.Client();

        Assert.True((await Assert.ThrowsAsync<KubeApiException>(() => ReadAsync(client, "1"))).IsExpired);
    }

    [Fact]
    public async Task Watch_NoticesAConnectionOnWhichNothingComes()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = async context =>
        {
            await context.Response.WriteAsync(Answers.Bookmark("9"));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubeConnectionException>(() => ReadAsync(client, "1", Quick with { Silence = TimeSpan.FromMilliseconds(200) }));

        Assert.Contains("silent", error.Message);
    }

    [Theory]
    [InlineData("not json\n")]
    [InlineData("{}\n")]
    [InlineData("{\"type\":\"ADDED\"}\n")]
    [InlineData("{\"type\":\"OTHER\",\"object\":{}}\n")]
    [InlineData("{\"type\":\"ADDED\",\"object\":7}\n")]
    [InlineData("{\"type\":\"ADDED\",\"object\":null}\n")]
    [InlineData("{\"type\":7,\"object\":{}}\n")]
    [InlineData("[]\n")]
    [InlineData("\n")]
    [InlineData("{\"type\":\"ADDED\",\"obj")]
    public async Task Watch_OfGarbage_IsAnError(string garbage)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => context.Response.WriteAsync(garbage);
        using var client = server.Client();

        await Assert.ThrowsAsync<KubeConnectionException>(() => ReadAsync(client, "1"));
    }

    [Fact]
    public async Task Cache_ListsThenFollows_AndSaysWhenItIsComplete()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => !context.IsWatch()
            ? context.JsonAsync(Answers.List("10", "", Answers.Pod("a", "1"), Answers.Pod("b", "2")))
            : SendAsync(context, Answers.Event("MODIFIED", Answers.Pod("a", "11")), Answers.Event("DELETED", Answers.Pod("b", "12")), Answers.Event("ADDED", Answers.Pod("c", "13")));
        await using var run = new Run(server);
        Assert.False(run.Cache.HasSynced);

        await run.UntilAsync("Added a 1", "Added b 2", "Modified a 11", "Deleted b 12", "Added c 13");

        Assert.True(run.Cache.HasSynced);
        Assert.Equal(["a", "c"], run.Cache.Objects.Select(p => p.Metadata.Name).Order());
        Assert.True(run.Cache.TryGet(new ObjectKey("default", "a"), out var pod) && pod.Metadata.ResourceVersion == "11");
    }

    [Fact]
    public async Task Cache_TakesPageByPage_AndForgetsWhatNoPageHas()
    {
        await using var server = await WatchedCluster.StartAsync();
        for (int i = 0; i < 1200; i++)
            server.AddPod($"pod-{i}");
        using var client = server.Server.Client();
        var transformed = new ConcurrentQueue<string>();
        var cache = new WatchCache<Pod>(client, ResourceTypes.Pods, null, Quick)
        {
            InPages = true,
            Transform = pod =>
            {
                transformed.Enqueue(pod.Metadata.Name);
                return pod;
            },
        };
        using var stop = new CancellationTokenSource();
        var running = cache.RunAsync(stop.Token);
        await cache.Synced.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(1200, cache.Count);
        Assert.Equal(1200, transformed.Count);
        var lists = server.Server.Requests.Where(request => !request.Contains("watch=", StringComparison.Ordinal)).ToList();
        Assert.Equal(12, lists.Count);
        Assert.All(lists, request => Assert.DoesNotContain("resourceVersion=", request, StringComparison.Ordinal));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Cache_GoesOnFromTheNewestVersion_WithoutListing_WhenAWatchEnds()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context =>
        {
            if (!context.IsWatch())
                return context.JsonAsync(Answers.List("10", ""));
            return context.Request.Query["resourceVersion"].ToString() switch
            {
                "10" => context.Response.WriteAsync(Answers.Event("ADDED", Answers.Pod("a", "11")) + Answers.Bookmark("20")),
                "20" => SendAsync(context, Answers.Event("ADDED", Answers.Pod("b", "21"))),
                _ => throw new InvalidOperationException("an older version"),
            };
        };
        await using var run = new Run(server);

        await run.UntilAsync("Added a 11", "Added b 21");

        Assert.Single(server.Requests, r => !r.Contains("watch="));
    }

    [Fact]
    public async Task Cache_ListsAgain_WhenItsVersionIsTooOld_AndTellsTheDifference()
    {
        await using var server = await ScriptedServer.StartAsync();
        int lists = 0;
        server.Answer = context =>
        {
            if (!context.IsWatch())
            {
                return ++lists == 1
                    ? context.JsonAsync(Answers.List("10", "", Answers.Pod("gone", "1"), Answers.Pod("same", "2"), Answers.Pod("anew", "3"), Answers.Pod("changed", "4")))
                    : context.JsonAsync(Answers.List("50", "", Answers.Pod("same", "2"), Answers.Pod("anew", "40", "u2"), Answers.Pod("changed", "41")));
            }
            return lists == 1 ? context.StatusAsync(410, "Expired") : SendAsync(context);
        };
        await using var run = new Run(server);

        await run.UntilAsync(
            "Added gone 1", "Added same 2", "Added anew 3", "Added changed 4",
            "Deleted anew 3", "Added anew 40", "Modified changed 41", "Deleted gone 1");

        // What holds now, not what the server has at hand: that might be older than what was here.
        Assert.DoesNotContain("resourceVersion", server.Requests.Last(r => !r.Contains("watch=")));
    }

    [Fact]
    public async Task Cache_SurvivesFailures_AndKeepsWhatItHas()
    {
        await using var server = await ScriptedServer.StartAsync();
        int watches = 0;
        server.Answer = context =>
        {
            if (!context.IsWatch())
                return context.JsonAsync(Answers.List("10", "", Answers.Pod("a", "1")));
            return ++watches switch
            {
                1 => context.StatusAsync(500, "InternalError"),
                2 => context.Response.WriteAsync("garbage\n"),
                3 => context.StatusAsync(403, "Forbidden"),
                _ => SendAsync(context, Answers.Event("ADDED", Answers.Pod("b", "11"))),
            };
        };
        await using var run = new Run(server);

        await run.UntilAsync("Added a 1", "Added b 11");

        Assert.Equal(3, run.Failures.Count);
        Assert.Equal(0, run.Cache.FailuresInARow);
    }

    private static async Task SendAsync(HttpContext context, params string[] events)
    {
        foreach (string one in events)
            await context.Response.WriteAsync(one);
        await context.Response.Body.FlushAsync();
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
    }

    private static async Task<List<(WatchEventType, string, string)>> ReadAsync(ApiServerClient client, string version, WatchTimeouts? timeouts = null)
    {
        var events = new List<(WatchEventType, string, string)>();
        await foreach (var one in client.WatchAsync(ResourceTypes.Pods, new ListSelector(), version, timeouts ?? Quick, default))
            events.Add((one.Type, one.Object.Metadata.Name, one.Object.Metadata.ResourceVersion));
        return events;
    }

    private sealed class Run : IAsyncDisposable
    {
        private readonly ApiServerClient _client;
        private readonly CancellationTokenSource _stop = new();
        private readonly SemaphoreSlim _signal = new(0);
        private readonly ConcurrentQueue<string> _events = new();
        private readonly Task _running;

        public Run(ScriptedServer server)
        {
            _client = server.Client(retry: RetryPolicy.Once);
            Cache = new WatchCache<Pod>(_client, ResourceTypes.Pods, timeouts: Quick)
            {
                Changed = change =>
                {
                    _events.Enqueue($"{change.Type} {change.Object.Metadata.Name} {change.Object.Metadata.ResourceVersion}");
                    _signal.Release();
                },
                Failed = Failures.Enqueue,
            };
            _running = Cache.RunAsync(_stop.Token);
        }

        public WatchCache<Pod> Cache { get; }

        public ConcurrentQueue<Exception> Failures { get; } = new();

        public async Task UntilAsync(params string[] events)
        {
            foreach (string _ in events)
                Assert.True(await _signal.WaitAsync(TimeSpan.FromSeconds(60)), $"came: {string.Join(", ", _events)}");
            Assert.Equal(events, _events);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _client.Dispose();
            _stop.Dispose();
            _signal.Dispose();
        }
    }
}
