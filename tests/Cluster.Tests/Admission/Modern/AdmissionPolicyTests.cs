using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Admission.Modern;

/// <summary>The component admission-policy on a current API server, without any webhook: that is what it is for.</summary>
[Collection(ModernCollection.Name)]
public sealed class AdmissionPolicyTests(ModernApiServer server) : IClassFixture<ModernApiServer>, IAsyncLifetime
{
    private const string Policies = "deploy/webhook/components/admission-policy/policies.yaml";

    public static TheoryData<int> BadDefinitions => [.. Enumerable.Range(0, BadForPolicies.Definitions.Count)];

    public static TheoryData<int> BadPods => [.. Enumerable.Range(0, BadForPolicies.Pods.Count)];

    /// <summary>Installs it, and waits until both policies are in force: admission hears of them by watches.</summary>
    public async Task InitializeAsync()
    {
        await server.ApplyAsync(await File.ReadAllTextAsync(Repository.PathOf(Policies)));
        await Eventually.HoldsAsync("definitions are judged", async () => !(await server.CreateAsync(NetworkDefinition.Of("default", "bad", "[]"), dryRun: true)).Succeeded);
        await Eventually.HoldsAsync("pods are judged", async () => !(await server.CreateAsync(PodOf("default", "a@b@c"), dryRun: true)).Succeeded);
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    private static JsonObject PodOf(string @namespace, string? networks) => new PodManifest("under-review") { Networks = networks }.ToJson(@namespace);

    // Refused by the policy itself, and not because it could not be evaluated.
    private static void AssertDenied(ApiAnswer answer, string policy, string message)
    {
        Assert.False(answer.Succeeded, "it was accepted");
        Assert.Contains($"ValidatingAdmissionPolicy '{policy}' with binding '{policy}' denied request: ", answer.Message);
        Assert.Contains(message, answer.Message);
    }

    [Theory]
    [MemberData(nameof(BadDefinitions))]
    public async Task BadDefinition_IsRefused(int number)
    {
        var (_, config, resource, message) = BadForPolicies.Definitions[number];
        var @namespace = await server.NamespaceAsync();

        AssertDenied(await server.CreateAsync(BadForPolicies.Definition(@namespace, config, resource)), "multinet-definitions", message);

        // And as a change of one that is good.
        var good = BadForPolicies.Definition(@namespace, ApiLoad.Good, null);
        (await server.CreateAsync(good)).MustSucceed();
        AssertDenied(await server.PatchAsync(good, BadForPolicies.Definition(@namespace, config, resource).ToJsonString()), "multinet-definitions", message);
    }

    [Theory]
    [MemberData(nameof(BadPods))]
    public async Task BadPod_IsRefused(int number)
    {
        var (networks, message) = BadForPolicies.Pods[number];
        var @namespace = await server.NamespaceAsync();

        AssertDenied(await server.CreateAsync(PodOf(@namespace, networks)), "multinet-pods", message);

        (await server.CreateAsync(PodOf(@namespace, "blue"))).MustSucceed();
        AssertDenied(await server.PatchAsync(PodOf(@namespace, "blue"), PodOf(@namespace, networks)["metadata"]!.DeepClone() is var metadata
            ? new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = metadata["annotations"]!.DeepClone() } }.ToJsonString() : ""), "multinet-pods", message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t")]
    [InlineData("\u00a0\u3000")]
    [InlineData("{}")]
    [InlineData("\r\n\t {\"type\": \"macvlan\"}")]
    public async Task Configuration_MayBeEmptyOrStartWithBlanks(string config) =>
        (await server.CreateAsync(NetworkDefinition.Of(await server.NamespaceAsync(), "under-review", config))).MustSucceed();

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("intel.com/sriov_net_A")]
    [InlineData(" openshift.io/nic ")]
    public async Task Resource_MayBeEmptyOrHaveBlanksAround(string resource) =>
        (await server.CreateAsync(BadForPolicies.Definition(await server.NamespaceAsync(), ApiLoad.Good, resource))).MustSucceed();

    [Fact]
    public async Task Definition_MayHaveNoConfiguration_AndTheLongestOne()
    {
        var @namespace = await server.NamespaceAsync();
        var nothing = NetworkDefinition.Of(@namespace, "nothing", "");
        nothing.Remove("spec");
        (await server.CreateAsync(nothing)).MustSucceed();
        nothing["metadata"]!["name"] = "empty";
        nothing["spec"] = new JsonObject();
        (await server.CreateAsync(nothing)).MustSucceed();
        (await server.CreateAsync(NetworkDefinition.Of(@namespace, "long", BadForPolicies.Padded(262144)))).MustSucceed();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("blue")]
    [InlineData("blue,blue")]
    [InlineData(" blue , red@net7 ")]
    [InlineData("\n  ns/blue@fifteen-letters,\n  red\n")]
    [InlineData("blue@  spaced  ")]
    [InlineData("""[{"name": "a/b/c@d@e"}]""")]
    [InlineData("""  [{"name": "blue", "interface": "a-name-that-is-too-long"}]""")]
    [InlineData("""{"name": "blue"}""")]
    public async Task Pod_ThatIsGood_OrIsTheWebhooksToJudge_IsAccepted(string? networks)
    {
        (await server.CreateAsync(PodOf(await server.NamespaceAsync(), networks))).MustSucceed();

        Assert.Equal(0, (await server.CountersAsync()).Of("apiserver_admission_match_condition_evaluation_errors_total"));
    }

    [Fact]
    public async Task Pod_WithAsManyNetworksAsAnnotationsCanHold_IsJudged()
    {
        var many = string.Join(',', Enumerable.Range(0, 2000).Select(i => $"namespace-of-the-team/network-{i}@if{i}"));
        var @namespace = await server.NamespaceAsync();

        (await server.CreateAsync(PodOf(@namespace, many), dryRun: true)).MustSucceed();
        AssertDenied(await server.CreateAsync(PodOf(@namespace, many + ",a/b/c")), "multinet-pods", "a network is");
    }

    [Fact]
    public async Task MirrorOfAStaticPod_IsAccepted() => (await server.CreateAsync(new PodManifest("under-review")
    {
        Networks = "a/b/c", Annotations = new Dictionary<string, string> { ["kubernetes.io/config.mirror"] = "x" },
    }.ToJson(await server.NamespaceAsync()))).MustSucceed();

    [Fact]
    public async Task WhatStoodBefore_MayBeLabelled_AndMended()
    {
        // Made in a namespace that was left out, which then is not any more.
        var @namespace = await server.NamespaceAsync(("multinet.io/admission", "off"));
        var definition = NetworkDefinition.Of(@namespace, "under-review", "[]");
        var pod = PodOf(@namespace, "a/b/c");
        (await server.CreateAsync(definition)).MustSucceed();
        (await server.CreateAsync(pod)).MustSucceed();
        var own = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = @namespace } };
        (await server.PatchAsync(own, """{"metadata": {"labels": {"multinet.io/admission": null}}}""")).MustSucceed();
        await Eventually.HoldsAsync("the namespace is judged", async () => !(await server.CreateAsync(NetworkDefinition.Of(@namespace, "other", "[]"), dryRun: true)).Succeeded);

        foreach (var old in (JsonObject[])[definition, pod])
        {
            (await server.PatchAsync(old, """{"metadata": {"labels": {"colour": "blue"}}}""")).MustSucceed();
        }

        Assert.False((await server.PatchAsync(definition, """{"spec": {"config": "[1]"}}""")).Succeeded);
        (await server.PatchAsync(definition, """{"spec": {"config": "{}"}}""")).MustSucceed();
        Assert.False((await server.PatchAsync(pod, """{"metadata": {"annotations": {"k8s.v1.cni.cncf.io/networks": "a/b/c/d"}}}""")).Succeeded);
        (await server.PatchAsync(pod, """{"metadata": {"annotations": {"k8s.v1.cni.cncf.io/networks": null}}}""")).MustSucceed();
    }

    [Fact]
    public async Task NamespacesApart_AreNotJudged()
    {
        var off = await server.NamespaceAsync(("multinet.io/admission", "off"));
        foreach (var @namespace in (string[])["kube-system", "multinet-system", "multinet-webhook", off])
        {
            (await server.CreateAsync(NetworkDefinition.Of(@namespace, "under-review", "[]"), dryRun: true)).MustSucceed();
            (await server.CreateAsync(PodOf(@namespace, "a/b/c"), dryRun: true)).MustSucceed();
        }
    }

    [Fact]
    public async Task DocumentedDefinitions_AreAccepted()
    {
        var @namespace = await server.NamespaceAsync();
        var judged = 0;
        foreach (var line in File.ReadLines(Repository.PathOf("tests", "Validation.Tests", "Corpus", "documented.jsonl")).Where(l => l.Length > 0))
        {
            var example = JsonNode.Parse(line)!;
            var definition = BadForPolicies.Definition(@namespace, (string?)example["text"] ?? example["config"]?.ToJsonString() ?? "", (string?)example["resource"]);
            var answer = await server.CreateAsync(definition, dryRun: true);
            Assert.True(answer.Succeeded, $"{(string?)example["from"]}: {answer.Message}");
            judged++;
        }

        Assert.True(judged >= 120);
    }

    [Fact]
    public async Task Examples_AreAccepted()
    {
        var judged = 0;
        foreach (var file in Directory.GetFiles(Repository.PathOf("examples"), "*.yaml", SearchOption.AllDirectories))
        {
            foreach (var manifest in ModernApiServer.ManifestsOf(await File.ReadAllTextAsync(file)).Where(m => (string?)m["kind"] is "NetworkAttachmentDefinition" or "Pod"))
            {
                manifest["metadata"]!["namespace"] = "default";
                var answer = await server.CreateAsync(manifest, dryRun: true);
                Assert.True(answer.Succeeded, $"{file}: {answer.Message}");
                judged++;
            }
        }

        Assert.True(judged >= 40, $"only {judged}");
    }

    [Fact]
    public async Task Messages_NameTheRuleOfTheWebhook()
    {
        var catalogue = await File.ReadAllTextAsync(Repository.PathOf("docs", "rules.md"));
        var policies = await File.ReadAllTextAsync(Repository.PathOf(Policies));

        var named = Regex.Matches(policies, @"\b(MN-)?[A-Z]+-\d{3}\b").Select(m => m.Value).Distinct().ToList();
        Assert.Equal(5, named.Count);
        Assert.All(named, id => Assert.Contains($"| {id} |", catalogue));
    }

    [Fact]
    public async Task Expression_ThatIsNone_IsNotStored()
    {
        var wrong = ModernApiServer.ManifestsOf(await File.ReadAllTextAsync(Repository.PathOf(Policies))).Single(m => (string?)m["metadata"]!["name"] == "multinet-pods" && m["spec"]!["validations"] is not null);
        wrong["metadata"]!["name"] = "wrong";
        wrong["spec"]!["validations"]![0]!["expression"] = "variables.netwroks.size() > 0";

        Assert.Contains("netwroks", (await server.CreateAsync(wrong, dryRun: true)).Message);
    }
}
