using System.Text.Json.Nodes;
using MultiNet.Kubernetes;
using MultiNet.Validation;
using MultiNet.Webhook.Knowledge;

namespace MultiNet.Webhook.Tests.Knowledge;

/// <summary>What is watched becomes what rules ask for.</summary>
public sealed class ClusterKnowledgeTests : IAsyncLifetime
{
    private const string Bridge = """{"cniVersion": "1.0.0", "type": "bridge"}""";

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly List<string> _failed = [];
    private WatchedCluster _cluster = null!;
    private ApiServerClient _api = null!;

    public async Task InitializeAsync()
    {
        _cluster = await WatchedCluster.StartAsync();
        _api = _cluster.Server.Client();
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _api.Dispose();
        await _cluster.DisposeAsync();
        _stop.Dispose();
    }

    private ClusterKnowledge Start(ClusterKnowledgeOptions? options = null)
    {
        var knowledge = new ClusterKnowledge(_api, (options ?? new ClusterKnowledgeOptions()) with
        {
            Timeouts = new WatchTimeouts { FirstPause = TimeSpan.FromMilliseconds(5), LongestPause = TimeSpan.FromMilliseconds(20) },
            Failed = (cache, _) =>
            {
                lock (_failed)
                    _failed.Add(cache);
            },
        });
        foreach (var loop in knowledge.Loops)
            _running.Add(Task.Run(() => loop.RunAsync(_stop.Token)));
        return knowledge;
    }

    private async Task<ClusterKnowledge> StartSyncedAsync()
    {
        var knowledge = Start();
        await Eventually.TrueAsync(() => knowledge.NotSynced.Count == 0, "all is listed");
        return knowledge;
    }

    [Fact]
    public async Task Objects_AreKnown_AsTheyComeAndGo()
    {
        _cluster.AddDefinition("net1", Bridge);
        _cluster.AddNamespace("default");
        _cluster.AddPod("web", annotations: [("k8s.v1.cni.cncf.io/networks", """[{"name": "net1", "ips": ["10.1.0.5/24"]}]""")]);
        var knowledge = await StartSyncedAsync();
        Assert.True(knowledge is { KnowsDefinitions: true, KnowsAllDefinitions: true, KnowsPods: true, KnowsNamespaces: true, KnowsNodes: false });
        Assert.Equal(Bridge, knowledge.FindDefinition("default", "net1")!.Config);
        Assert.Equal("web", Assert.Single(knowledge.HoldersOf("default/net1", "10.1.0.5")).Pod);
        Assert.False(knowledge.FindNamespace("default")!.IsTerminating);
        Assert.Null(knowledge.FindNamespace("other"));

        _cluster.AddDefinition("net2", Bridge);
        _cluster.AddPod("web", annotations: [("k8s.v1.cni.cncf.io/networks", "net2")]);
        await Eventually.TrueAsync(() => knowledge.AttachmentsOf("default/net2").Any() && knowledge.Definitions.Count() == 2);
        Assert.Empty(knowledge.AttachmentsOf("default/net1"));
        Assert.Equal([("default/net2", 1)], knowledge.Uses());

        _cluster.Remove(WatchedCluster.Pods, "web");
        _cluster.Remove(WatchedCluster.Definitions, "net1");
        await Eventually.TrueAsync(() => !knowledge.AttachmentsOf("default/net2").Any() && knowledge.FindDefinition("default", "net1") is null);
    }

    [Fact]
    public async Task PodThatHasEnded_HoldsNothing()
    {
        _cluster.AddPod("web", annotations: [("k8s.v1.cni.cncf.io/networks", "net1")]);
        var knowledge = await StartSyncedAsync();
        Assert.Single(knowledge.AttachmentsOf("default/net1"));
        _cluster.AddPod(new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "web", ["namespace"] = "default", ["uid"] = "uid-web", ["annotations"] = new JsonObject { ["k8s.v1.cni.cncf.io/networks"] = "net1" } },
            ["status"] = new JsonObject { ["phase"] = "Succeeded" },
        });
        await Eventually.TrueAsync(() => !knowledge.AttachmentsOf("default/net1").Any());
    }

    [Fact]
    public async Task KindThatIsNotSynced_IsNotKnown_AndItsRulesAreSkipped()
    {
        _cluster.AddDefinition("net1", Bridge);
        _cluster.Fault = async context =>
        {
            if (context.Request.Path != WatchedCluster.Pods)
                return false;
            await context.StatusAsync(500, "InternalError");
            return true;
        };
        var knowledge = Start();
        await Eventually.TrueAsync(() => knowledge.NotSynced is ["pods"], "all but the pods are listed");
        Assert.False(knowledge.KnowsPods);
        var report = new UpdateValidator(ValidationOptions.Default).Validate(knowledge.FindDefinition("default", "net1")!, knowledge.FindDefinition("default", "net1")!, knowledge);
        Assert.Contains(report.Skipped, reason => reason.Contains("pods are not known", StringComparison.Ordinal));
        await Eventually.TrueAsync(() =>
        {
            lock (_failed)
                return _failed.Contains("pods");
        });
        _cluster.Fault = _ => Task.FromResult(false);
        await Eventually.TrueAsync(() => knowledge.NotSynced.Count == 0, "pods are listed after all");
    }

    [Fact]
    public async Task WhatIsOld_IsNotKnown()
    {
        var knowledge = Start(new ClusterKnowledgeOptions { Freshness = TimeSpan.Zero });
        await Eventually.TrueAsync(() => knowledge.NotSynced.Count == 0);
        await _cluster.Server.DisposeAsync();
        await Eventually.TrueAsync(() => knowledge.NotSynced.Count == 3, "nothing is known any more");
        Assert.False(knowledge.KnowsAllDefinitions);
    }

    [Fact]
    public async Task DefinitionThatIsNewerThanTheWatch_IsAskedFor()
    {
        _cluster.Fault = HoldWatchOf(WatchedCluster.Definitions);
        var knowledge = await StartSyncedAsync();
        _cluster.AddDefinition("net1", Bridge);
        Assert.Null(knowledge.FindDefinition("default", "net1"));
        var asked = await knowledge.WithAsync([new ObjectKey("default", "net1"), new ObjectKey("default", "net2")], CancellationToken.None);
        Assert.NotNull(asked.FindDefinition("default", "net1"));
        Assert.Null(asked.FindDefinition("default", "net2"));
        Assert.True(asked.KnowsAllDefinitions);
    }

    [Fact]
    public async Task DefinitionThatCannotBeAskedFor_IsNotCertainlyMissing()
    {
        var knowledge = await StartSyncedAsync();
        _cluster.Fault = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/net1", StringComparison.Ordinal))
                return false;
            await context.StatusAsync(500, "InternalError");
            return true;
        };
        var asked = await knowledge.WithAsync([new ObjectKey("default", "net1")], CancellationToken.None);
        Assert.True(asked is { KnowsDefinitions: true, KnowsAllDefinitions: false });
        var pod = new PodUnderReview { Namespace = "default", Annotations = new Dictionary<string, string> { ["k8s.v1.cni.cncf.io/networks"] = "net1" } };
        Assert.True(new PodValidator(ValidationOptions.Default).Validate(pod, asked).IsAllowed);
        Assert.False(new PodValidator(ValidationOptions.Default).Validate(pod, knowledge).IsAllowed);
    }

    [Fact]
    public async Task WhatIsKnown_IsNotAskedFor()
    {
        _cluster.AddDefinition("net1", Bridge);
        var knowledge = await StartSyncedAsync();
        Assert.Same(knowledge, await knowledge.WithAsync([new ObjectKey("default", "net1")], CancellationToken.None));
    }

    private static Func<Microsoft.AspNetCore.Http.HttpContext, Task<bool>> HoldWatchOf(string path) => async context =>
    {
        if (context.Request.Path != path || !context.IsWatch())
            return false;
        await context.Response.StartAsync();
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return true;
    };
}
