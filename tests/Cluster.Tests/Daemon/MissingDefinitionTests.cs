using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Daemon;

/// <summary>A cluster to which nobody has brought crds/network-attachment.yaml yet.</summary>
[Collection(ClusterCollection.Name)]
public sealed class MissingDefinitionTests(ClusterUnderTest cluster) : IAsyncLifetime
{
    private const string Resource = "network-attachment-definitions.k8s.cni.cncf.io";

    /// <summary>Takes it away, with all definitions of networks.</summary>
    public Task InitializeAsync() => cluster.Kubectl.RunAsync("delete", "crd", Resource);

    /// <summary>Brings it back.</summary>
    public Task DisposeAsync() => BringAsync();

    [Fact]
    public Task Daemon_IsNotReadyAndSaysWhy_PlainPodsStart_AndAllIsWellOnceItIsThere() => cluster.TestAsync(async test =>
    {
        await using var daemon = await NodeDaemon.StartUnreadyAsync(cluster);
        var said = "";
        await Eventually.HoldsAsync(
            "the daemon says what is missing",
            async () => (said = await daemon.ReadinessAsync()).Contains("apply crds/network-attachment.yaml", StringComparison.Ordinal), () => said);
        Assert.StartsWith("HTTP/1.1 503", said, StringComparison.Ordinal);
        Assert.Contains("the attachment definitions have not been listed yet", said, StringComparison.Ordinal);

        await test.Kubectl.ApplyAsync(new PodManifest("rich") { Networks = "blue" }.ToJson(test.Namespace));
        await test.RunAsync(new PodManifest("plain"));
        Assert.Contains("eth0", await test.ExecAsync("plain", "ip -o -4 address show"), StringComparison.Ordinal);
        await test.EventAsync("rich", "apply crds/network-attachment.yaml");

        await BringAsync();
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await test.NudgeAsync("rich");
        await test.ReadyAsync("rich");
        await test.StatusAsync("rich", "eth0=cluster-network", $"net1={test.Namespace}/blue");
        await Eventually.HoldsAsync("the daemon is ready", async () => (said = await daemon.ReadinessAsync()).StartsWith("HTTP/1.1 200", StringComparison.Ordinal), () => said);
    });

    private async Task BringAsync()
    {
        await cluster.Kubectl.RunAsync("apply", "-f", Repository.PathOf("crds", "network-attachment.yaml"));
        await cluster.Kubectl.RunAsync("wait", "--for=condition=Established", $"crd/{Resource}", $"--timeout={Eventually.Patience.TotalSeconds}s");
        // Who asks what there is may be told a moment later.
        await Eventually.HoldsAsync("definitions are known", async () => (await cluster.Kubectl.TryAsync(["get", Resource, "--all-namespaces"])).ExitCode == 0);
    }
}
