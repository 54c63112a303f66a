namespace MultiNet.Daemon.Tests.Reconciling;

/// <summary>When the host's <c>multinet</c> is called, and what is counted and told of it.</summary>
public sealed class ReconcilingTests : IDisposable
{
    private readonly HostProgram _multinet = new();

    public void Dispose() => _multinet.Dispose();

    [Fact]
    public async Task TheNodeIsReconciled_AtStart_AndWhatWasReleasedIsCounted()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        _multinet.Answers("""
            {"dryRun":false,"counts":{"sandboxes":3,"releasedSandboxes":1,"releasedAttachments":2,"releasedReservations":4,"releasedRecords":0,"keptSandboxes":1,"keptUnowned":0,"failures":1},
             "released":[{"containerId":"c1","interface":"eth0","pod":{"namespace":"default","name":"web","uid":"u1"},"reason":"the node was started anew since","networks":["primary"]}],
             "kept":[{"containerId":"c2","interface":"eth0","reason":"the pod is gone"}],"reservations":[{"network":"n1","address":"10.1.0.2","containerId":"c9","interface":"net1"}],
             "records":[],"failures":[{"error":{"code":5,"msg":"the disk is full","details":""}}]}
            """);
        await using var daemon = await TestDaemon.StartSyncedAsync(
            cluster, change: config => config with { Reconcile = TimeSpan.FromMilliseconds(50), HostMultinet = _multinet.Path, HostConfig = "/etc/some.conflist" });

        await Eventually.TrueAsync(() => _multinet.Calls.Length > 1, "reconciled again and again");
        Assert.All(_multinet.Calls, call => Assert.Equal("reconcile -o json --config /etc/some.conflist", call));
        await Eventually.TrueAsync(() => daemon.Context.Metrics.Leaked.Value("unreleased") >= 1);
        double runs = daemon.Context.Metrics.Reclaimed.Value("sandbox");
        Assert.True(runs >= 1);
        Assert.True(daemon.Context.Metrics.Reclaimed.Value("attachment") >= 2);
        Assert.True(daemon.Context.Metrics.Leaked.Value("address") >= 4);
        Assert.Contains("released a sandbox that nobody owns: the node was started anew", daemon.Log);
        Assert.Contains("the disk is full", daemon.Log);
    }

    [Theory]
    [InlineData(false, "DriftedNetwork")]
    [InlineData(true, "RepairedNetwork")]
    public async Task ADriftedAttachment_IsToldAndCounted(bool repair, string reason)
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web", "u1");
        _multinet.Answers("""
            {"sandboxes":[{"containerId":"c1","interface":"eth0","pod":{"namespace":"default","name":"web","uid":"u1"},
             "drift":[{"interface":"net1","network":"default/n1","repaired":REPAIRED,"error":{"code":999,"msg":"net1 is gone","details":""}}]}]}
            """.Replace("REPAIRED", repair ? "true" : "false", StringComparison.Ordinal));
        await using var daemon = await TestDaemon.StartSyncedAsync(
            cluster, change: config => config with { Check = TimeSpan.FromMilliseconds(50), Repair = repair, HostMultinet = _multinet.Path });

        await Eventually.TrueAsync(() => cluster.Events.Any(e => (string?)e["reason"] == reason && ((string?)e["note"])!.Contains("net1 is gone", StringComparison.Ordinal)));
        Assert.All(_multinet.Calls, call => Assert.Equal(repair ? "check --all --repair -o json" : "check --all -o json", call));
        Assert.True(daemon.Context.Metrics.Drifts.Value(repair ? "true" : "false") >= 1);
    }

    [Fact]
    public async Task AProgramThatIsNotThere_IsTriedAgain_AndStopsNothingElse()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web");
        await using var daemon = await TestDaemon.StartSyncedAsync(
            cluster, change: config => config with { Reconcile = TimeSpan.FromMilliseconds(20), HostMultinet = "/nowhere/multinet" });
        await Eventually.TrueAsync(() => daemon.Context.Metrics.LoopFailures.Value("reconcile") > 1);
        Assert.True((await daemon.AskAsync(Reports.Attached("web"))).Written);
    }
}
