using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Admission;

/// <summary>The component mutation on the real API server.</summary>
[Collection(ClusterCollection.Name)]
public sealed class MutationTests(ClusterUnderTest cluster, RegisteredWebhook webhook) : IClassFixture<RegisteredWebhook>, IAsyncLifetime
{
    /// <summary>Turns it on.</summary>
    public async Task InitializeAsync()
    {
        await webhook.ApplyAsync(await Kustomize.RenderAsync(
            "deploy/webhook/base", "deploy/webhook/components/mutation", "deploy/webhook/components/enforce", "deploy/webhook/components/older-servers"));
        await cluster.Kubectl.RunAsync("-n", RegisteredWebhook.System, "rollout", "restart", $"deployment/{RegisteredWebhook.Name}");
        await webhook.RolledOutAsync();
    }

    /// <summary>Takes its registration away.</summary>
    public async Task DisposeAsync() => await cluster.Kubectl.TryAsync(["delete", "mutatingwebhookconfiguration", RegisteredWebhook.Name, "--ignore-not-found"]);

    [Fact]
    public Task Pod_AsksForTheDevicesOfItsNetworks() => cluster.TestAsync(async test =>
    {
        var definition = NetworkDefinition.Of(test.Namespace, "fast", """{"cniVersion": "1.0.0", "name": "fast", "type": "sriov", "ipam": {"type": "host-local", "subnet": "10.82.0.0/24"}}""");
        definition["metadata"]!["annotations"] = new JsonObject { ["k8s.v1.cni.cncf.io/resourceName"] = "example.com/nic" };
        await test.Kubectl.ApplyAsync(definition);
        var pod = new PodManifest("web") { Networks = "fast,fast" }.ToJson(test.Namespace);
        JsonNode? made = null;

        await Eventually.HoldsAsync("the pod asks for two devices", async () =>
        {
            var result = await test.Kubectl.TryAsync(["create", "--dry-run=server", "-o", "json", "-f", "-"], pod.ToJsonString());
            made = result.ExitCode == 0 ? JsonNode.Parse(result.Output) : null;
            return (string?)made?["spec"]!["containers"]![0]!["resources"]!["requests"]?["example.com/nic"] == "2";
        }, () => $"{made}");

        Assert.Equal("2", (string?)made!["spec"]!["containers"]![0]!["resources"]!["limits"]!["example.com/nic"]);
        Assert.NotEmpty((string?)JsonNode.Parse(await cluster.Kubectl.RunAsync("get", "mutatingwebhookconfiguration", RegisteredWebhook.Name, "-o", "json"))!["webhooks"]![0]!["clientConfig"]!["caBundle"] ?? "");
    });
}
