using MultiNet.Kubernetes;
using MultiNet.Validation;
using MultiNet.Webhook.Knowledge;

namespace MultiNet.Webhook.Tests.Knowledge;

/// <summary>Workloads are asked for where a definition is deleted, and what cannot be asked is told.</summary>
public sealed class WorkloadTemplatesTests : IAsyncLifetime
{
    private WatchedCluster _cluster = null!;
    private ApiServerClient _api = null!;

    public async Task InitializeAsync()
    {
        _cluster = await WatchedCluster.StartAsync();
        _api = _cluster.Server.Client();
    }

    public async Task DisposeAsync()
    {
        _api.Dispose();
        await _cluster.DisposeAsync();
    }

    private static string Workload(string name, string networks, string extra = "") =>
        $$$$"""{"metadata": {"name": "{{{{name}}}}", "namespace": "team"}, "spec": {"replicas": 0, "template": {"metadata": {"annotations": {"k8s.v1.cni.cncf.io/networks": "{{{{networks}}}}"{{{{extra}}}} } } } } }""";

    private static string CronJob(string name, string networks) => $$$"""{"metadata": {"name": "{{{name}}}", "namespace": "team"}, "spec": {"jobTemplate": {{{Workload("", networks)}}} } }""";

    // Answers lists by the path of the kind; others are forbidden.
    private void Has(params (string Path, string[] Items)[] kinds) => _cluster.Fault = async context =>
    {
        var kind = Array.Find(kinds, found => found.Path == context.Request.Path);
        await (kind.Path is null ? context.StatusAsync(403, "Forbidden") : context.JsonAsync(Answers.List("10", "", kind.Items)));
        return true;
    };

    private Task<TemplateIndex> LookAsync(TimeSpan? patience = null)
    {
        var templates = new WorkloadTemplates(_api, "kube-system", patience ?? TimeSpan.FromSeconds(60), TimeProvider.System);
        return templates.LookAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Templates_AreFoundByNetwork()
    {
        Has(
            ("/apis/apps/v1/deployments", [Workload("web", "blue, other/red"), Workload("none", "")]),
            ("/apis/apps/v1/statefulsets", [Workload("db", "blue@eth5, blue")]),
            ("/apis/apps/v1/daemonsets", [Workload("agent", "green", """, "v1.multus-cni.io/default-network": "main" """)]),
            ("/apis/batch/v1/cronjobs", [CronJob("nightly", "blue")]));
        var index = await LookAsync();

        var blue = index.Of("team/blue");
        Assert.Equal((3, ""), (blue.Count, blue.Missing));
        Assert.Equal(["Deployment team/web", "StatefulSet team/db", "CronJob team/nightly"], blue.Named);
        Assert.Equal(["Deployment team/web"], index.Of("other/red").Named);
        Assert.Equal(["DaemonSet team/agent"], index.Of("kube-system/main").Named);
        Assert.Equal(0, index.Of("team/red").Count);
    }

    [Fact]
    public async Task OlderServer_HasCronJobsElsewhere()
    {
        string[] none = [];
        _cluster.Fault = async context =>
        {
            string path = context.Request.Path.Value!;
            await (path == "/apis/batch/v1/cronjobs" ? context.StatusAsync(404, "NotFound")
                : context.JsonAsync(Answers.List("10", "", path == "/apis/batch/v1beta1/cronjobs" ? [CronJob("nightly", "blue")] : none)));
            return true;
        };
        Assert.Equal(["CronJob team/nightly"], (await LookAsync()).Of("team/blue").Named);
    }

    [Fact]
    public async Task WhatMayNotBeListed_IsTold_AndTheRestIsKnown()
    {
        Has(("/apis/apps/v1/deployments", [Workload("web", "blue")]));
        var use = (await LookAsync()).Of("team/blue");
        Assert.Equal(1, use.Count);
        Assert.Equal("StatefulSets may not be listed; DaemonSets may not be listed; CronJobs may not be listed", use.Missing);
    }

    [Fact]
    public async Task ServerThatDoesNotAnswer_IsNotWaitedForLong()
    {
        _cluster.Fault = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        var use = (await LookAsync(TimeSpan.FromMilliseconds(100))).Of("team/blue");
        Assert.Equal(0, use.Count);
        Assert.StartsWith("Deployments were not listed within 0.1 s; ", use.Missing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeletionOfManyDefinitions_AsksOnce()
    {
        string[] none = [];
        Has(("/apis/apps/v1/deployments", none), ("/apis/apps/v1/statefulsets", none), ("/apis/apps/v1/daemonsets", none), ("/apis/batch/v1/cronjobs", none));
        using var templates = new WorkloadTemplates(_api, "kube-system", TimeSpan.FromSeconds(60), new StoppedClock());
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => templates.LookAsync(CancellationToken.None)));
        Assert.Single(all.Distinct());
        Assert.Equal(4, _cluster.Server.Requests.Count);
    }

    [Fact]
    public async Task Knowledge_HasThem_OnlyWhereItIsToldTo()
    {
        Has(("/apis/apps/v1/deployments", [Workload("web", "blue")]));
        using var silent = new ClusterKnowledge(_api);
        using var asking = new ClusterKnowledge(_api, new ClusterKnowledgeOptions { Workloads = true });
        Assert.Null(((IClusterKnowledge)await silent.WithWorkloadsAsync(CancellationToken.None)).TemplatesNaming("team/blue"));
        Assert.Equal(1, ((IClusterKnowledge)await asking.WithWorkloadsAsync(CancellationToken.None)).TemplatesNaming("team/blue")!.Count);
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 1;
    }
}
