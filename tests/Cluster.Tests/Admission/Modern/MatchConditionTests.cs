using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Admission.Modern;

/// <summary>
/// The matchConditions of deploy/webhook on a current API server: whom it asks, by its own account (its counters of requests to each webhook, and of
/// requests that a condition left out).
/// </summary>
[Collection(ModernCollection.Name)]
public sealed class MatchConditionTests(ModernWebhook webhook) : IClassFixture<ModernWebhook>
{
    private const string Definitions = "definitions.multinet.io", Deletions = "deletions.multinet.io", Pods = "pods.multinet.io", Templates = "templates.multinet.io", Mutation = "mutation.multinet.io";
    private const string Held = """{"metadata": {"finalizers": ["example.com/held"]}}""";

    private ModernApiServer Server => webhook.Server;

    private async Task AskedAsync(string name, Func<Task<ApiAnswer>> request)
    {
        var (asked, left) = await webhook.CountsAsync(name);
        (await request()).MustSucceed();
        Assert.Equal((asked + 1, left), await webhook.CountsAsync(name));
    }

    private async Task LeftOutAsync(string name, Func<Task<ApiAnswer>> request)
    {
        var (asked, left) = await webhook.CountsAsync(name);
        (await request()).MustSucceed();
        Assert.Equal((asked, left + 1), await webhook.CountsAsync(name));
    }

    private static JsonObject Annotated(JsonObject manifest, string key, string value)
    {
        manifest["metadata"]!.AsObject()["annotations"] = new JsonObject { [key] = value };
        return manifest;
    }

    private async Task<JsonObject> MadeAsync(JsonObject manifest)
    {
        (await Server.CreateAsync(manifest)).MustSucceed();
        return manifest;
    }

    [Fact]
    public async Task Server_IsOneThatKnowsConditions()
    {
        var version = (await Server.SendAsync(HttpMethod.Get, "/version")).MustSucceed().Body;

        Assert.Equal("1", (string?)version["major"]);
        Assert.True(int.Parse((string)version["minor"]!, null) >= 36, version.ToJsonString());
        var registered = (await Server.SendAsync(HttpMethod.Get, "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/multinet-webhook")).MustSucceed().Body;
        Assert.Equal([2, 1, 4, 2], registered["webhooks"]!.AsArray().Select(w => w!["matchConditions"]!.AsArray().Count));
        Assert.Equal(["Fail", "Ignore", "Fail", "Ignore"], registered["webhooks"]!.AsArray().Select(w => (string?)w!["failurePolicy"]));
    }

    [Fact]
    public async Task Condition_ThatIsNoExpression_IsNotStored()
    {
        var wrong = ModernApiServer.ManifestsOf(await ModernWebhook.ManifestsAsync()).Single(m => (string?)m["kind"] == "ValidatingWebhookConfiguration");
        wrong["metadata"]!["name"] = "wrong";
        wrong["webhooks"]![0]!["matchConditions"]![0]!["expression"] = "request.operatoin == 'UPDATE'";

        Assert.Contains("undefined field 'operatoin'", (await Server.CreateAsync(wrong, dryRun: true)).Message);
    }

    [Fact]
    public async Task Definition_ThatIsMade_IsReviewed() =>
        await AskedAsync(Definitions, async () => await Server.CreateAsync(NetworkDefinition.Of(await Server.NamespaceAsync(), "blue", ApiLoad.Good)));

    [Theory]
    [InlineData("""{"metadata": {"labels": {"colour": "blue"}}}""", false)]
    [InlineData("""{"metadata": {"finalizers": ["example.com/held"]}}""", false)]
    [InlineData("""{"metadata": {"annotations": {"example.com/note": "x"}}}""", true)]
    [InlineData("""{"spec": {"config": ""}}""", true)]
    [InlineData("""{"spec": null}""", true)]
    public async Task Definition_ThatIsChanged_IsReviewedForWhatCounts(string patch, bool counts)
    {
        var definition = await MadeAsync(NetworkDefinition.Of(await Server.NamespaceAsync(), "blue", ApiLoad.Good));

        await (counts ? AskedAsync(Definitions, () => Server.PatchAsync(definition, patch)) : LeftOutAsync(Definitions, () => Server.PatchAsync(definition, patch)));
    }

    [Theory]
    [InlineData("""{"metadata": {"annotations": {"a": "1"}}}""", false)]
    [InlineData("""{"metadata": {"annotations": {"a": "2"}}}""", true)]
    [InlineData("""{"metadata": {"annotations": null}}""", true)]
    [InlineData("""{"metadata": {"labels": {"colour": "blue"}}}""", false)]
    public async Task Definition_WithAnnotations_IsReviewedWhenTheyChange(string patch, bool changes)
    {
        var definition = await MadeAsync(Annotated(NetworkDefinition.Of(await Server.NamespaceAsync(), "blue", ApiLoad.Good), "a", "1"));
        definition["metadata"]!["labels"] = new JsonObject();
        // A patch that changes nothing at all is not even an update.
        patch = patch.Replace("\"metadata\": {", $"\"metadata\": {{\"finalizers\": [\"example.com/{patch.Length}\"], ", StringComparison.Ordinal);

        await (changes ? AskedAsync(Definitions, () => Server.PatchAsync(definition, patch)) : LeftOutAsync(Definitions, () => Server.PatchAsync(definition, patch)));
    }

    [Fact]
    public async Task Definition_WithNothingInIt_IsReviewedOnlyWhenItGetsSomething()
    {
        var definition = NetworkDefinition.Of(await Server.NamespaceAsync(), "on-disk", "");
        definition.Remove("spec");

        await AskedAsync(Definitions, () => Server.CreateAsync(definition));
        await LeftOutAsync(Definitions, () => Server.PatchAsync(definition, """{"metadata": {"labels": {"colour": "blue"}}}"""));
        await AskedAsync(Definitions, () => Server.PatchAsync(definition, new JsonObject { ["spec"] = new JsonObject { ["config"] = ApiLoad.Good } }.ToJsonString()));
    }

    [Fact]
    public async Task Definition_ThatIsBeingDeleted_IsNotReviewed()
    {
        var definition = await MadeAsync(NetworkDefinition.Of(await Server.NamespaceAsync(), "blue", ApiLoad.Good));
        (await Server.PatchAsync(definition, Held)).MustSucceed();
        (await Server.DeleteAsync(definition)).MustSucceed();

        await LeftOutAsync(Definitions, () => Server.PatchAsync(definition, """{"spec": {"config": "["}}"""));
        await LeftOutAsync(Definitions, () => Server.PatchAsync(definition, """{"metadata": {"finalizers": null}}"""));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("system:serviceaccount:team:deployer", true)]
    [InlineData("system:serviceaccount:kube-system:namespace-controller", false)]
    [InlineData("system:serviceaccount:kube-system:generic-garbage-collector", false)]
    public async Task Deletion_IsReviewed_UnlessTheClusterCleansUp(string? user, bool person)
    {
        var definition = await MadeAsync(NetworkDefinition.Of(await Server.NamespaceAsync(), "blue", ApiLoad.Good));

        await (person ? AskedAsync(Deletions, () => Server.DeleteAsync(definition, user)) : LeftOutAsync(Deletions, () => Server.DeleteAsync(definition, user)));
    }

    [Theory]
    [InlineData("k8s.v1.cni.cncf.io/networks", true)]
    [InlineData("v1.multus-cni.io/default-network", true)]
    [InlineData("k8s.v1.cni.cncf.io/network-status", false)]
    [InlineData(null, false)]
    public async Task Pod_IsReviewed_WhenItAsksForNetworks(string? annotation, bool asks)
    {
        var @namespace = await Server.NamespaceAsync();
        await MadeAsync(NetworkDefinition.Of(@namespace, "blue", ApiLoad.Good));
        var pod = new PodManifest("web").ToJson(@namespace);
        pod["metadata"]!.AsObject().Remove("annotations");
        if (annotation is not null)
        {
            Annotated(pod, annotation, annotation.StartsWith("v1", StringComparison.Ordinal) ? $"{@namespace}/blue" : "blue");
        }

        await (asks ? AskedAsync(Pods, () => Server.CreateAsync(pod)) : LeftOutAsync(Pods, () => Server.CreateAsync(pod)));
    }

    [Theory]
    [InlineData("""{"metadata": {"labels": {"colour": "blue"}}}""", false)]
    [InlineData("""{"metadata": {"annotations": {"k8s.v1.cni.cncf.io/network-status": "[]"}}}""", false)]
    [InlineData("""{"spec": {"activeDeadlineSeconds": 60}}""", false)]
    [InlineData("""{"metadata": {"annotations": {"k8s.v1.cni.cncf.io/networks": "blue,blue"}}}""", true)]
    [InlineData("""{"metadata": {"annotations": {"k8s.v1.cni.cncf.io/networks": null}}}""", false)]
    public async Task Pod_ThatIsChanged_IsReviewedWhenItsNetworksChange(string patch, bool changes)
    {
        var @namespace = await Server.NamespaceAsync();
        await MadeAsync(NetworkDefinition.Of(@namespace, "blue", ApiLoad.Good));
        var pod = await MadeAsync(new PodManifest("web") { Networks = "blue" }.ToJson(@namespace));

        await (changes ? AskedAsync(Pods, () => Server.PatchAsync(pod, patch)) : LeftOutAsync(Pods, () => Server.PatchAsync(pod, patch)));
    }

    [Fact]
    public async Task Pod_ThatGetsItsFirstAnnotation_IsReviewed()
    {
        var @namespace = await Server.NamespaceAsync();
        await MadeAsync(NetworkDefinition.Of(@namespace, "blue", ApiLoad.Good));
        var pod = new PodManifest("web").ToJson(@namespace);
        pod["metadata"]!.AsObject().Remove("annotations");
        await MadeAsync(pod);

        await AskedAsync(Pods, () => Server.PatchAsync(pod, """{"metadata": {"annotations": {"k8s.v1.cni.cncf.io/networks": "blue"}}}"""));
    }

    [Fact]
    public async Task Pod_ThatIsBeingDeleted_IsNotReviewed()
    {
        var @namespace = await Server.NamespaceAsync();
        await MadeAsync(NetworkDefinition.Of(@namespace, "blue", ApiLoad.Good));
        var pod = await MadeAsync(new PodManifest("web") { Networks = "blue" }.ToJson(@namespace));
        (await Server.PatchAsync(pod, Held)).MustSucceed();
        (await Server.DeleteAsync(pod)).MustSucceed();

        await LeftOutAsync(Pods, () => Server.PatchAsync(pod, """{"metadata": {"annotations": {"k8s.v1.cni.cncf.io/networks": "@"}}}"""));
    }

    [Fact]
    public async Task MirrorOfAStaticPod_IsNotReviewed()
    {
        var @namespace = await Server.NamespaceAsync();
        var pod = new PodManifest("web") { Networks = "@", Annotations = new Dictionary<string, string> { ["kubernetes.io/config.mirror"] = "x" } }.ToJson(@namespace);

        await LeftOutAsync(Pods, () => Server.CreateAsync(pod, dryRun: true));
        await LeftOutAsync(Mutation, () => Server.CreateAsync(pod, dryRun: true));
    }

    [Fact]
    public async Task PodOnItsNodesNetwork_IsNotCompleted()
    {
        var pod = new PodManifest("web").ToJson(await Server.NamespaceAsync());

        await AskedAsync(Mutation, () => Server.CreateAsync(pod, dryRun: true));
        pod["spec"]!["hostNetwork"] = false;
        await AskedAsync(Mutation, () => Server.CreateAsync(pod, dryRun: true));
        pod["spec"]!["hostNetwork"] = true;
        await LeftOutAsync(Mutation, () => Server.CreateAsync(pod, dryRun: true));
    }

    [Theory]
    [InlineData("apps/v1", "Deployment")]
    [InlineData("apps/v1", "StatefulSet")]
    [InlineData("apps/v1", "DaemonSet")]
    [InlineData("batch/v1", "Job")]
    [InlineData("batch/v1", "CronJob")]
    public async Task Template_IsReviewed_WhenItsPodsAskForNetworks(string version, string kind)
    {
        var manifest = TemplateOf(version, kind, await Server.NamespaceAsync(), new JsonObject { ["k8s.v1.cni.cncf.io/networks"] = "blue@a-name-that-is-too-long" });
        var refused = "";
        await AskedAsync(Templates, async () =>
        {
            var answer = await Server.CreateAsync(manifest);
            refused = string.Join('\n', answer.Warnings);
            return answer;
        });
        Assert.Contains("a-name-that-is-too-long", refused);

        (await Server.PatchAsync(manifest, Held)).MustSucceed();
        (await Server.DeleteAsync(manifest)).MustSucceed();
        await LeftOutAsync(Templates, () => Server.PatchAsync(manifest, """{"metadata": {"labels": {"colour": "blue"}}}"""));

        await LeftOutAsync(Templates, async () => await Server.CreateAsync(TemplateOf(version, kind, await Server.NamespaceAsync(), new JsonObject { ["example.com/note"] = "x" })));
        await LeftOutAsync(Templates, async () => await Server.CreateAsync(TemplateOf(version, kind, await Server.NamespaceAsync(), null)));
    }

    [Fact]
    public async Task NamespacesApart_AreNotReviewed()
    {
        var off = await Server.NamespaceAsync(("multinet.io/admission", "off"));
        foreach (var @namespace in (string[])["kube-system", "multinet-system", "multinet-webhook", off])
        {
            var before = await webhook.CountsAsync(Definitions);
            (await Server.CreateAsync(NetworkDefinition.Of(@namespace, "bad", ApiLoad.Bad), dryRun: true)).MustSucceed();
            Assert.Equal(before, await webhook.CountsAsync(Definitions));
        }
    }

    [Fact]
    public async Task WhatTheAdmissionPolicyRefuses_TheWebhookRefusesToo()
    {
        var @namespace = await Server.NamespaceAsync();
        await MadeAsync(NetworkDefinition.Of(@namespace, "blue", ApiLoad.Good));
        foreach (var (what, config, resource, _) in BadForPolicies.Definitions)
        {
            var answer = await Server.CreateAsync(BadForPolicies.Definition(@namespace, config, resource), dryRun: true);
            Assert.True(answer.Message.StartsWith("admission webhook \"definitions.multinet.io\" denied the request: ", StringComparison.Ordinal), $"{what}: {answer.Body.ToJsonString()}");
        }

        foreach (var (networks, _) in BadForPolicies.Pods)
        {
            var answer = await Server.CreateAsync(new PodManifest("web") { Networks = networks }.ToJson(@namespace), dryRun: true);
            Assert.True(answer.Message.StartsWith("admission webhook \"pods.multinet.io\" denied the request: ", StringComparison.Ordinal), $"{networks}: {answer.Body.ToJsonString()}");
        }
    }

    private static JsonObject TemplateOf(string version, string kind, string @namespace, JsonObject? annotations)
    {
        var metadata = new JsonObject { ["labels"] = new JsonObject { ["app"] = "web" } };
        if (annotations is not null)
        {
            metadata["annotations"] = annotations;
        }

        var spec = new JsonObject
        {
            ["template"] = new JsonObject
            {
                ["metadata"] = metadata, ["spec"] = new JsonObject { ["restartPolicy"] = "Never", ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = "busybox" }) },
            },
        };
        if (kind == "CronJob")
        {
            spec = new JsonObject { ["schedule"] = "0 0 * * *", ["jobTemplate"] = new JsonObject { ["spec"] = spec } };
        }

        return new JsonObject { ["apiVersion"] = version, ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = "web", ["namespace"] = @namespace }, ["spec"] = spec };
    }
}
