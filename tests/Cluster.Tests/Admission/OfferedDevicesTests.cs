using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Admission;

/// <summary>The webhook that watches nodes tells of devices that none offers, as the real node's status says.</summary>
[Collection(ClusterCollection.Name)]
public sealed class OfferedDevicesTests(ClusterUnderTest cluster, RegisteredWebhook webhook) : IClassFixture<RegisteredWebhook>, IAsyncLifetime
{
    private const string Resource = "example.com/offered";

    /// <summary>Lets it watch nodes: a further file of its configuration, which counts from the next start.</summary>
    public async Task InitializeAsync()
    {
        var further = new JsonObject { ["data"] = new JsonObject { ["webhook-nodes.json"] = """{"watchNodes": true}""" } };
        await cluster.Kubectl.RunAsync("-n", RegisteredWebhook.System, "patch", "configmap", RegisteredWebhook.Name, "--type=merge", "-p", further.ToJsonString());
        await cluster.Kubectl.RunAsync("-n", RegisteredWebhook.System, "rollout", "restart", $"deployment/{RegisteredWebhook.Name}");
        await webhook.RolledOutAsync();
    }

    /// <summary>The node offers it no more.</summary>
    public Task DisposeAsync() => OfferAsync(null);

    // As a device plugin makes the kubelet write it, and an administrator may: the kubelet keeps what it does not know in the capacity.
    private Task OfferAsync(string? count) => Eventually.HoldsAsync("the node's status is written", async () =>
    {
        var node = JsonNode.Parse(await cluster.Kubectl.RunAsync("get", "nodes", "-o", "json"))!["items"]![0]!;
        foreach (string key in (string[])["capacity", "allocatable"])
        {
            var amounts = node["status"]![key]!.AsObject();
            amounts.Remove(Resource);
            if (count is not null)
            {
                amounts[Resource] = count;
            }
        }

        return (await cluster.Kubectl.TryAsync(["replace", "--raw", $"/api/v1/nodes/{node["metadata"]!["name"]}/status", "-f", "-"], node.ToJsonString())).ExitCode == 0;
    });

    private static async Task<string> WarningsAsync(ClusterTest test)
    {
        var definition = NetworkDefinition.Of(test.Namespace, "fast", """{"cniVersion": "1.0.0", "name": "fast", "type": "sriov", "ipam": {"type": "static", "addresses": [{"address": "10.83.0.5/24"}]}}""");
        definition["metadata"]!["annotations"] = new JsonObject { ["k8s.v1.cni.cncf.io/resourceName"] = Resource };
        var result = await test.Kubectl.TryAsync(["create", "--dry-run=server", "-f", "-"], definition.ToJsonString());
        Assert.Equal(0, result.ExitCode);
        return result.Error;
    }

    [Fact]
    public Task DevicesThatNoNodeOffers_AreWarnedAbout_UntilOneDoes() => cluster.TestAsync(async test =>
    {
        await Eventually.HoldsAsync("it is warned about", async () => (await WarningsAsync(test)).Contains("Warning: MN-SR-007 ", StringComparison.Ordinal));

        await OfferAsync("4");
        // Both replicas are asked in turn: each must have seen it.
        await SeenAsync(test, isWarned: false);

        await OfferAsync("0");
        await SeenAsync(test, isWarned: true);
    });

    private static Task SeenAsync(ClusterTest test, bool isWarned)
    {
        int inARow = 0;
        return Eventually.HoldsAsync(isWarned ? "all replicas warn" : "no replica warns", async () =>
        {
            inARow = (await WarningsAsync(test)).Contains("MN-SR-007", StringComparison.Ordinal) == isWarned ? inARow + 1 : 0;
            return inARow >= 10;
        });
    }
}
