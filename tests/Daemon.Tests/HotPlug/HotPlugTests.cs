using System.Text;
using MultiNet.Daemon.Configuration;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Sources;

namespace MultiNet.Daemon.Tests.HotPlug;

/// <summary>When the host's <c>multinet</c> is called, and what is told of it. What it does is tested in Meta.Tests and EndToEnd.Tests.</summary>
public sealed class HotPlugTests : IDisposable
{
    private readonly HostProgram _multinet = new();

    public void Dispose() => _multinet.Dispose();

    private DaemonConfig On(DaemonConfig config) => config with { HotPlug = true, HostMultinet = _multinet.Path };

    private static void WriteJournal(TestDaemon daemon, params string[] networks) => new JournalStore(daemon.Config.StateDir).Write(
        new SandboxJournal
        {
            ContainerId = "c1", NetNs = "/run/netns/web", IfName = "eth0", Pod = new PodReference("default", "web", "u1"), Complete = true, KnowsSelections = true, Created = DateTime.UtcNow,
            Attachments = [Attachment("primary", "eth0", false), .. networks.Select((n, i) => Attachment($"default/{n}", $"net{i + 1}", true))],
        },
        durable: false);

    private static JournalAttachment Attachment(string network, string interfaceName, bool isSelected) => new()
    {
        DisplayName = network, InterfaceName = interfaceName, Config = Encoding.UTF8.GetBytes("""{"cniVersion":"1.0.0","name":"n","type":"bridge"}"""), Args = [],
        CapabilityArgs = new Dictionary<string, ReadOnlyMemory<byte>>(), IsSelected = isSelected, Asked = isSelected ? "{}" : "",
    };

    private static void Annotate(WatchedCluster cluster, string networks) => cluster.AddPod("web", "u1", "default", ("k8s.v1.cni.cncf.io/networks", networks));

    private static bool HasEvent(WatchedCluster cluster, string reason) => cluster.Events.Any(e => (string?)e["reason"] == reason);

    [Fact]
    public async Task AnAnnotationThatChanges_IsSynced_UntilTheSandboxHasWhatItAsksFor()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        Annotate(cluster, "n1");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster, change: On);
        WriteJournal(daemon, "n1");
        _multinet.Answers("""{"sandboxes":[{"interface":"eth0","kept":2,"attached":[],"detached":[{"interface":"net9","network":"default/old"}]}]}""");

        Annotate(cluster, "n1,n2");
        await Eventually.TrueAsync(() => _multinet.Calls.Length > 1, "a second call, because the first has not helped");
        Assert.All(_multinet.Calls, call => Assert.Equal("sync --container c1 -o json", call));
        WriteJournal(daemon, "n1", "n2");
        await Eventually.TrueAsync(() => HasEvent(cluster, "ReleasedNetworks"));
        Assert.Contains("net9 (default/old)", daemon.Log);
    }

    [Fact]
    public async Task WhatChangedWhileNoDaemonRan_IsSynced()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        Annotate(cluster, "");
        string folder = Directory.CreateTempSubdirectory("multinetd-").FullName;
        await using (var first = await TestDaemon.StartSyncedAsync(cluster, folder))
            WriteJournal(first, "n1");
        await using (var daemon = await TestDaemon.StartSyncedAsync(cluster, folder, On))
            await Eventually.TrueAsync(() => _multinet.Calls.Length > 0);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task AFailure_IsToldAndTriedAgain_AndAnotherAnnotationAtOnce()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        Annotate(cluster, "n1");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster, change: On);
        _multinet.Answers("""{"sandboxes":[{"interface":"eth0","error":{"code":7,"msg":"cannot find it","details":"looked everywhere"}}]}""");
        WriteJournal(daemon);
        Annotate(cluster, "n1");

        await Eventually.TrueAsync(() => HasEvent(cluster, "FailedChangingNetworks"));
        Assert.Contains(cluster.Events, e => ((string?)e["note"])?.Contains("cannot find it; looked everywhere", StringComparison.Ordinal) == true);
        Annotate(cluster, "n2");
        int before = _multinet.Calls.Length;
        await Eventually.TrueAsync(() => _multinet.Calls.Length > before);
        Assert.True(daemon.Context.Metrics.Errors.Value("SYNC", "") > 0);
    }

    [Fact]
    public async Task NothingIsCalled_ForPodsThatEnd_AndForOtherSandboxesOfTheName()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web", "u2", "default", ("k8s.v1.cni.cncf.io/networks", "n1"));
        Annotate(cluster, "n1");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster, change: On);
        cluster.AddPod("web", "u2", "default", ("k8s.v1.cni.cncf.io/networks", "n1"));
        await Eventually.TrueAsync(() => daemon.Context.Caches.Pods.Objects.Any(p => p.Metadata.Uid == "u2"));
        WriteJournal(daemon);
        // A pod that is synced shows that there was a look.
        new JournalStore(daemon.Config.StateDir).Write(
            new SandboxJournal
            {
                ContainerId = "c2", NetNs = "/run/netns/other", IfName = "eth0", Pod = new PodReference("default", "other", "u3"), Complete = true, KnowsSelections = true, Created = DateTime.UtcNow,
                Attachments = [Attachment("primary", "eth0", false)],
            },
            durable: false);
        cluster.AddPod("other", "u3", "default", ("k8s.v1.cni.cncf.io/networks", "n1"));
        await Eventually.TrueAsync(() => _multinet.Calls.Length > 0);
        Assert.All(_multinet.Calls, call => Assert.Contains("--container c2", call));
    }
}
