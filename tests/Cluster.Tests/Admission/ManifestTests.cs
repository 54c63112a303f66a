using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Admission;

/// <summary>What deploy/webhook says, as kustomize makes it; and what of it the API server of this cluster can judge.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ManifestTests(ClusterUnderTest cluster)
{
    private const string Base = "deploy/webhook/base", Components = "deploy/webhook/components/";
    private static readonly string[] s_apart = ["kube-system", "multinet-system", "multinet-webhook"];

    // Those of some kinds that this server knows, as JSON: kubectl reads YAML.
    private async Task<IReadOnlyList<JsonNode>> ObjectsAsync(string manifests, params string[] kinds)
    {
        var objects = new List<JsonNode>();
        foreach (var manifest in manifests.Split("\n---\n").Where(m => kinds.Any(k => m.Contains($"\nkind: {k}\n", StringComparison.Ordinal))))
        {
            var result = await cluster.Kubectl.TryAsync(["create", "--dry-run=client", "--validate=false", "-o", "json", "-f", "-"], manifest);
            objects.Add(JsonNode.Parse(result.MustSucceed("kubectl create --dry-run=client").Output)!);
        }

        return objects;
    }

    private async Task<string[]> PoliciesAsync(string manifests) =>
        [.. (await ObjectsAsync(manifests, "ValidatingWebhookConfiguration")).Single()["webhooks"]!.AsArray().Select(w => (string)w!["failurePolicy"]!)];

    [Fact]
    public async Task FirstStep_LetsPass_TheSecondRefuses_AndDeletionsAlwaysPass()
    {
        Assert.Equal(["Ignore", "Ignore", "Ignore", "Ignore"], await PoliciesAsync(await Kustomize.RenderAsync(Repository.PathOf(Base))));
        Assert.Equal(["Fail", "Ignore", "Fail", "Ignore"], await PoliciesAsync(await Kustomize.RenderAsync(Repository.PathOf("deploy/webhook"))));
        // Without conditions every pod of the cluster would wait for it.
        Assert.Equal(["Fail", "Ignore", "Ignore", "Ignore"], await PoliciesAsync(await RegisteredWebhook.SecondStepAsync()));
    }

    [Fact]
    public async Task Webhooks_AreNotAskedAboutWhatMustStartWithoutThem_AndHaveConditions()
    {
        var objects = await ObjectsAsync(
            await Kustomize.RenderAsync(Base, $"{Components}mutation", $"{Components}enforce"), "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration");
        var webhooks = objects.SelectMany(o => o["webhooks"]!.AsArray()).ToList();
        Assert.Equal(5, webhooks.Count);
        Assert.All(webhooks, w =>
        {
            Assert.Equal((5, "Equivalent", "None"), (w!["timeoutSeconds"]!.GetValue<int>(), (string?)w["matchPolicy"], (string?)w["sideEffects"]));
            var apart = w["namespaceSelector"]!["matchExpressions"]![0]!;
            Assert.Equal(("kubernetes.io/metadata.name", "NotIn"), ((string?)apart["key"], (string?)apart["operator"]));
            Assert.Equal(s_apart, apart["values"]!.AsArray().Select(v => (string?)v));
            Assert.NotEmpty(w["matchConditions"]!.AsArray());
            Assert.Null(w["clientConfig"]!["caBundle"]);
        });
        Assert.Equal("Ignore", (string?)webhooks.Single(w => (string?)w!["name"] == "mutation.multinet.io")!["failurePolicy"]);
    }

    [Fact]
    public async Task OlderServers_GetNoFieldThatTheyDoNotKnow()
    {
        foreach (var components in (string[][])[["older-servers"], ["enforce", "older-servers"], ["mutation", "enforce", "older-servers"]])
        {
            var manifests = await Kustomize.RenderAsync(Base, [.. components.Select(c => $"{Components}{c}")]);

            Assert.DoesNotContain("matchConditions", manifests);
            // Its own kubectl refuses fields that this server does not know.
            await cluster.Kubectl.TryAsync(["create", "namespace", RegisteredWebhook.System]);
            (await cluster.Kubectl.TryAsync(["apply", "--dry-run=server", "-f", "-"], manifests)).MustSucceed($"kubectl apply --dry-run=server with {string.Join(", ", components)}");
        }

        await cluster.Kubectl.RunAsync("delete", "namespace", RegisteredWebhook.System, "--ignore-not-found");
    }

    [Fact]
    public async Task Pods_HaveNoPrivilegesAndNoNetworksOfOurs()
    {
        var pod = (await ObjectsAsync(await Kustomize.RenderAsync(Repository.PathOf("deploy/webhook")), "Deployment")).Single()["spec"]!["template"]!;

        Assert.Null(pod["metadata"]!["annotations"]);
        Assert.Equal("system-cluster-critical", (string?)pod["spec"]!["priorityClassName"]);
        Assert.True((bool?)pod["spec"]!["securityContext"]!["runAsNonRoot"]);
        Assert.Equal("RuntimeDefault", (string?)pod["spec"]!["securityContext"]!["seccompProfile"]!["type"]);
        var container = pod["spec"]!["containers"]!.AsArray().Single()!["securityContext"]!;
        Assert.True((bool?)container["readOnlyRootFilesystem"]);
        Assert.False((bool?)container["allowPrivilegeEscalation"]);
        Assert.Equal("""["ALL"]""", container["capabilities"]!["drop"]!.ToJsonString());
        Assert.Null(pod["spec"]!["hostNetwork"]);
    }

    [Fact]
    public async Task Components_CanBeCombined_EachWithItsPartOfTheConfiguration()
    {
        var manifests = await Kustomize.RenderAsync(
            Base, $"{Components}mutation", $"{Components}cert-manager", $"{Components}workloads", $"{Components}enforce", $"{Components}more-kinds", $"{Components}older-servers");
        var configuration = (await ObjectsAsync(manifests, "ConfigMap")).Single()["data"]!.AsObject();

        Assert.Equal(["webhook-cert-manager.json", "webhook-mutation.json", "webhook-workloads.json", "webhook.json"], configuration.Select(f => f.Key).Order(StringComparer.Ordinal));
        var webhooks = (await ObjectsAsync(manifests, "ValidatingWebhookConfiguration")).Single()["webhooks"]!.AsArray();
        Assert.Equal(("more-kinds.multinet.io", "Ignore"), ((string?)webhooks[4]!["name"], (string?)webhooks[4]!["failurePolicy"]));
        Assert.Equal(s_apart, webhooks[4]!["namespaceSelector"]!["matchExpressions"]![0]!["values"]!.AsArray().Select(v => (string?)v));
    }

    [Fact]
    public async Task CertManager_NeedsNoRightToWrite()
    {
        var manifests = await Kustomize.RenderAsync(Base, $"{Components}cert-manager", $"{Components}enforce");

        Assert.Contains("cert-manager.io/inject-ca-from: multinet-webhook/multinet-webhook", manifests);
        Assert.Contains("\"mode\": \"files\"", manifests);
        Assert.DoesNotContain("- patch", manifests);
        Assert.DoesNotContain("kind: RoleBinding", manifests);
    }
}
