using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Daemon;

/// <summary>The node daemon with a real API server and kubelet.</summary>
[Collection(ClusterCollection.Name)]
public sealed class DaemonTests(ClusterUnderTest cluster)
{
    private const string StatusKey = "k8s.v1.cni.cncf.io/network-status";

    private static JsonObject Definition(string name, string space, int subnet) => new()
    {
        ["apiVersion"] = "k8s.cni.cncf.io/v1",
        ["kind"] = "NetworkAttachmentDefinition",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space },
        ["spec"] = new JsonObject
        {
            ["config"] = $$$"""{"cniVersion": "1.0.0", "name": "{{{name}}}", "type": "bridge", "bridge": "br-{{{name}}}", "ipam": {"type": "host-local", "subnet": "10.{{{subnet}}}.0.0/16"}}""",
        },
    };

    private static string? Status(JsonNode pod) => (string?)pod["metadata"]!["annotations"]![StatusKey] is { } text
        ? string.Join(' ', JsonNode.Parse(text)!.AsArray().Select(e => $"{e!["interface"]}={e["name"]}"))
        : null;

    [Fact]
    public Task Pod_HasItsNetworksAndItsStatus_AndAnEventTellsOfThem() => cluster.TestAsync(async test =>
    {
        await using var daemon = new DaemonOnNode(test);
        await test.Kubectl.ApplyAsync(Definition("blue", test.Namespace, 181), Definition("green", test.Namespace, 182));
        await daemon.StartAsync();

        await test.RunAsync(new PodManifest("web") { Networks = "blue,green@fast" });

        var seen = await test.ExecAsync("web", "ip -o -4 address show");
        Assert.Matches(@"net1\s+inet 10\.181\.", seen);
        Assert.Matches(@"fast\s+inet 10\.182\.", seen);
        await test.StatusAsync("web", "eth0=cluster-network", $"net1={test.Namespace}/blue", $"fast={test.Namespace}/green");
        IReadOnlyList<JsonNode> told = [];
        await Eventually.HoldsAsync("an event tells of the networks", async () =>
            (told = [.. (await test.Kubectl.ListAsync("events", test.Namespace)).Where(e => (string?)e["reason"] == "AttachedNetworks")]).Count == 1);
        Assert.Contains("fast 10.182.", (string?)told[0]["message"]);
        Assert.Equal("web", (string?)told[0]["involvedObject"]!["name"]);
        await Eventually.HoldsAsync("the status is counted", async () => (await daemon.MetricsAsync()).Contains("multinet_status_writes_total{result=\"written\"} ", StringComparison.Ordinal));
    });

    [Fact]
    public Task StaticPod_HasTheNetworksOfItsAnnotation_ThoughItsUidIsAnother() => cluster.TestAsync(async test =>
    {
        await using var daemon = new DaemonOnNode(test);
        await test.Kubectl.ApplyAsync(Definition("static", test.Namespace, 183));
        await daemon.StartAsync();
        const string Manifest = "/etc/kubernetes/manifests/annotated.json";
        test.Node.Write(Manifest, new PodManifest("annotated") { Networks = "static" }.ToJson(test.Namespace).ToJsonString());
        try
        {
            await Eventually.HoldsAsync(
                "the mirror has the status", async () => await test.Kubectl.FindAsync("pod", "annotated-node", test.Namespace) is { } pod && Status(pod) is not null);
            Assert.Equal($"eth0=cluster-network net1={test.Namespace}/static", Status(await test.PodAsync("annotated-node")));
            await DescribedAsync(test, "annotated-node", "Attached eth0 10.244.");
        }
        finally
        {
            File.Delete(test.Node.Outside(Manifest));
        }

        await test.NothingIsLeftAsync();
    });

    [Fact]
    public Task StaticPod_IsToldWhyItDoesNotStart() => cluster.TestAsync(async test =>
    {
        await using var daemon = new DaemonOnNode(test);
        await daemon.StartAsync();
        const string Manifest = "/etc/kubernetes/manifests/waiting.json";
        test.Node.Write(Manifest, new PodManifest("waiting") { Networks = "missing" }.ToJson(test.Namespace).ToJsonString());
        try
        {
            await DescribedAsync(test, "waiting-node", "Networks could not be attached");
        }
        finally
        {
            File.Delete(test.Node.Outside(Manifest));
        }

        await test.NothingIsLeftAsync();
    });

    // kubectl looks for the events of a static pod under the UID that the kubelet has for it, which is not that of the pod at the API server.
    private static Task DescribedAsync(ClusterTest test, string pod, string told) => Eventually.HoldsAsync(
        $"kubectl describe shows the events of {pod}",
        async () => (await test.Kubectl.TryAsync(["describe", "pod", pod, "-n", test.Namespace])).Output.Split('\n').Any(
            l => l.Contains("multinetd", StringComparison.Ordinal) && l.Contains(told, StringComparison.Ordinal)));

    [Fact]
    public Task DaemonThatIsKilledAgainAndAgain_WhilePodsStart_TakesNothingFromThem() => cluster.TestAsync(async test =>
    {
        const int Pods = 12;
        await using var daemon = new DaemonOnNode(test);
        await test.Kubectl.ApplyAsync(Definition("many", test.Namespace, 184));
        await daemon.StartAsync();

        var running = test.RunAsync([.. Enumerable.Range(0, Pods).Select(i => new PodManifest($"pod-{i}") { Networks = "many" })]);
        for (var i = 0; i < 3 && !running.IsCompleted; i++)
        {
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(2)));
            await daemon.KillAsync();
            await daemon.StartAsync();
        }

        await running;
        await Eventually.HoldsAsync("every pod has its status", async () =>
            (await test.Kubectl.ListAsync("pods", test.Namespace)).All(p => Status(p) == $"eth0=cluster-network net1={test.Namespace}/many"));
    });

    [Fact]
    public Task Status_ThatWasTakenAway_IsWrittenAgainFromTheJournal() => cluster.TestAsync(async test =>
    {
        await using var daemon = new DaemonOnNode(test);
        await test.Kubectl.ApplyAsync(Definition("again", test.Namespace, 185));
        await daemon.StartAsync();
        await test.RunAsync(new PodManifest("web") { Networks = "again" });
        await test.StatusAsync("web", "eth0=cluster-network", $"net1={test.Namespace}/again");
        var before = Status(await test.PodAsync("web"));
        await daemon.KillAsync();
        await test.Kubectl.RunAsync("annotate", "pod", "web", "-n", test.Namespace, $"{StatusKey}-");
        Assert.Null(Status(await test.PodAsync("web")));

        await daemon.StartAsync();

        await Eventually.HoldsAsync("the status is there again", async () => Status(await test.PodAsync("web")) == before);
    });
}
