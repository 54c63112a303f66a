using System.Net;
using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;
using MultiNet.Kubernetes;

namespace MultiNet.Cluster.Tests.Client;

/// <summary>src/Kubernetes and a real API server, without anything between them.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ClientTests(ClusterUnderTest cluster)
{
    [Fact]
    public Task List_ComesInPages_AndIsWhole() => cluster.TestAsync(async test =>
    {
        await using var passage = new ApiServerPassage(cluster);
        using var client = passage.Client();
        // More than one page.
        const int Count = 620;
        await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, stopping) => await client.CreateAsync(
            ResourceTypes.Secrets,
            new Secret { Metadata = new ObjectMeta { Namespace = test.Namespace, Name = $"page-{i}", Labels = new Dictionary<string, string> { ["tests"] = "pages" } } },
            stopping));

        var list = await client.ListAsync(ResourceTypes.Secrets, new ListSelector(test.Namespace, LabelSelector: "tests=pages"), "", default);

        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"page-{i}").Order(StringComparer.Ordinal), list.Items!.Select(d => d.Metadata.Name).Order(StringComparer.Ordinal));
    });

    [Fact]
    public Task Cache_FollowsWhatHappens_AcrossCutConnections() => cluster.TestAsync(async test =>
    {
        await using var passage = new ApiServerPassage(cluster);
        using var client = passage.Client();
        using var stop = new CancellationTokenSource();
        var seen = new List<string>();
        var cache = new WatchCache<NetworkAttachmentDefinition>(client, ResourceTypes.NetworkAttachmentDefinitions, new ListSelector(test.Namespace))
        {
            Changed = change =>
            {
                lock (seen)
                    seen.Add($"{change.Type} {change.Object.Metadata.Name}");
            },
        };
        await test.Kubectl.ApplyAsync(Definition(test, "before"));
        var running = cache.RunAsync(stop.Token);
        await cache.Synced.WaitAsync(Eventually.Patience);
        Assert.Equal(1, cache.Count);

        for (int i = 0; i < 3; i++)
        {
            passage.Cut();
            await test.Kubectl.ApplyAsync(Definition(test, $"new-{i}"));
            await Eventually.HoldsAsync($"new-{i} is known", () => Task.FromResult(cache.TryGet(new(test.Namespace, $"new-{i}"), out _)));
        }
        await test.Kubectl.RunAsync("delete", "network-attachment-definitions", "before", "-n", test.Namespace);
        await Eventually.HoldsAsync("before is gone", () => Task.FromResult(cache.Count == 3));

        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        // Each change once, however often it was connected.
        Assert.Equal(["Added before", "Added new-0", "Added new-1", "Added new-2", "Deleted before"], seen);
    });

    [Fact]
    public Task Patch_OfAnotherPodOfTheName_IsRefused() => cluster.TestAsync(async test =>
    {
        await using var passage = new ApiServerPassage(cluster);
        using var client = passage.Client();
        await test.RunAsync(new PodManifest("web"));
        var key = new ObjectKey(test.Namespace, "web");

        var e = await Assert.ThrowsAsync<KubeApiException>(() => AnnotateAsync("00000000-0000-0000-0000-000000000000"));
        Assert.True(e.IsOfAnotherUid, e.Message);
        var uid = (string)(await test.PodAsync("web"))["metadata"]!["uid"]!;
        var changed = await AnnotateAsync(uid);

        Assert.Equal("x", changed.Metadata.Annotation("tests/note"));
        e = await Assert.ThrowsAsync<KubeApiException>(() => client.GetAsync(ResourceTypes.Pods, new(test.Namespace, "no-such-pod"), default));
        Assert.Equal((HttpStatusCode.NotFound, true), (e.StatusCode, e.IsNotFound));

        Task<Pod> AnnotateAsync(string wanted) => client.MergePatchAsync(
            ResourceTypes.Pods, key, "status",
            patch =>
            {
                patch.WriteStartObject();
                patch.WriteStartObject("metadata");
                patch.WriteString("uid", wanted);
                patch.WriteStartObject("annotations");
                patch.WriteString("tests/note", "x");
                patch.WriteEndObject();
                patch.WriteEndObject();
                patch.WriteEndObject();
            },
            default);
    });

    [Fact]
    public Task VersionThatIsForgotten_IsExpired() => cluster.TestAsync(async test =>
    {
        await using var passage = new ApiServerPassage(cluster);
        using var client = passage.Client();
        // It remembers what it has seen since its start.
        await cluster.KillAsync("kube-apiserver");
        await cluster.RestartAsync("kube-apiserver");

        var e = await Assert.ThrowsAsync<KubeApiException>(async () =>
        {
            await foreach (var unused in client.WatchAsync(ResourceTypes.Pods, new ListSelector(test.Namespace), "1", new WatchTimeouts(), default))
            {
            }
        });

        Assert.True(e.IsExpired, e.Message);
    });

    [Fact]
    public Task Election_HasOneHolder_AndThenTheNext() => cluster.TestAsync(async test =>
    {
        await using var passage = new ApiServerPassage(cluster);
        var key = new ObjectKey(test.Namespace, "work");
        var times = new LeaseTimes { Duration = TimeSpan.FromSeconds(300), GiveUp = TimeSpan.FromSeconds(200), Pause = TimeSpan.FromMilliseconds(100) };
        using var stopAll = new CancellationTokenSource();
        using var stopFirst = CancellationTokenSource.CreateLinkedTokenSource(stopAll.Token);
        using ApiServerClient one = passage.Client("one/1"), two = passage.Client("two/1");
        LeaseElection first = new(one, key, "one", times), second = new(two, key, "two", times);
        var firstRuns = first.RunAsync(lost => Task.Delay(Timeout.Infinite, lost), stopFirst.Token);
        await Eventually.HoldsAsync("the first holds the lease", () => Task.FromResult(first.Holds));
        var secondRuns = second.RunAsync(lost => Task.Delay(Timeout.Infinite, lost), stopAll.Token);
        var renewed = await RenewTimeAsync();
        await Eventually.HoldsAsync("the lease is renewed", async () => await RenewTimeAsync() != renewed);
        Assert.False(second.Holds);

        await stopFirst.CancelAsync();
        await firstRuns;
        await Eventually.HoldsAsync("the second holds the lease", () => Task.FromResult(second.Holds));
        var lease = (await test.Kubectl.FindAsync("lease", "work", test.Namespace))!["spec"]!;
        Assert.Equal(("two", 1, 300), ((string?)lease["holderIdentity"], (int?)lease["leaseTransitions"], (int?)lease["leaseDurationSeconds"]));

        await stopAll.CancelAsync();
        await secondRuns;
        Assert.Equal("", (string?)(await test.Kubectl.FindAsync("lease", "work", test.Namespace))!["spec"]!["holderIdentity"] ?? "");

        async Task<string?> RenewTimeAsync() => (string?)(await test.Kubectl.FindAsync("lease", "work", test.Namespace))!["spec"]!["renewTime"];
    });

    private static JsonNode Definition(ClusterTest test, string name) =>
        NetworkDefinition.Of(test.Namespace, name, """{"cniVersion": "1.0.0", "type": "bridge"}""");
}
