using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Admission;

/// <summary>What a person with kubectl sees of the webhook.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ReviewTests(ClusterUnderTest cluster, RegisteredWebhook webhook) : IClassFixture<RegisteredWebhook>
{
    private async Task TestAsync(Func<ClusterTest, Task> body)
    {
        try
        {
            await cluster.TestAsync(body);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{await webhook.DescribeAsync()}", e);
        }
    }

    private static string Json(params JsonNode[] objects) =>
        new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. objects.Select(o => o.DeepClone())]) }.ToJsonString();

    [Fact]
    public Task GoodDefinitionsAndPods_AreMade_WithoutAWord() => TestAsync(async test =>
    {
        var result = await test.Kubectl.TryAsync(
            ["apply", "-f", "-"],
            Json(NetworkDefinition.Of(test.Namespace, "adm-blue", Networks.Bridge("adm-blue", "10.78.0.0/24")), new PodManifest("web") { Networks = "adm-blue" }.ToJson(test.Namespace)));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        await test.ReadyAsync("web");
    });

    [Fact]
    public Task BadDefinition_IsRefused_WithEachCauseAndWhereItIs() => TestAsync(async test =>
    {
        var result = await test.Kubectl.TryAsync(
            ["apply", "-f", "-"],
            Json(NetworkDefinition.Of(test.Namespace, "bad", """{"cniVersion": "1.0.0", "name": "bad", "type": "bridge", "vlan": 5000, "mtu": "1500", "ipam": {"type": "host-local", "subnet": "10.0.0.0/33"}}""")));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The NetworkAttachmentDefinition \"bad\" is invalid:", result.Error);
        // One line for each cause, as kubectl lists them.
        Assert.Matches(@"\* spec\.config\.vlan \(line 1, column \d+\): 5000 .*\[MN-BR-001\]", result.Error);
        Assert.Matches(@"\* spec\.config\.mtu \(line 1, column \d+\): .*""1500"".*\[MN-NAD-031\]", result.Error);
        Assert.Matches(@"\* spec\.config\.ipam\.subnet \(line 1, column \d+\): ""10\.0\.0\.0/33"" .*\[MN-HL-002\]", result.Error);
        Assert.Null(await test.Kubectl.FindAsync("network-attachment-definitions", "bad", test.Namespace));
    });

    [Fact]
    public Task SuspiciousDefinition_IsMade_WithAWarning() => TestAsync(async test =>
    {
        var result = await test.Kubectl.TryAsync(
            ["apply", "-f", "-"], Json(NetworkDefinition.Of(test.Namespace, "odd", """{"cniVersion": "1.0.0", "name": "odd", "type": "bridge", "brigde": "br-odd"}""")));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Warning: ", result.Error);
        Assert.Contains("brigde", result.Error);
    });

    [Fact]
    public Task BadPod_IsRefused() => TestAsync(async test =>
    {
        var result = await test.Kubectl.TryAsync(["apply", "-f", "-"], Json(new PodManifest("web") { Networks = "blue@a-name-that-is-too-long" }.ToJson(test.Namespace)));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The Pod \"web\" is invalid:", result.Error);
        Assert.Contains("metadata.annotations[k8s.v1.cni.cncf.io/networks]", result.Error);
        Assert.Contains("a-name-that-is-too-long", result.Error);
    });

    [Fact]
    public Task DeploymentOfBadPods_IsMade_WithAWarningToWhomAppliesIt() => TestAsync(async test =>
    {
        var pod = new PodManifest("web") { Networks = "blue@a-name-that-is-too-long" }.ToJson(test.Namespace);
        ((JsonObject)pod["metadata"]!)["labels"] = new JsonObject { ["app"] = "web" };
        var deployment = new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = new JsonObject { ["name"] = "web", ["namespace"] = test.Namespace },
            ["spec"] = new JsonObject
            {
                ["replicas"] = 0,
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "web" } },
                ["template"] = new JsonObject { ["metadata"] = pod["metadata"]!.DeepClone(), ["spec"] = pod["spec"]!.DeepClone() },
            },
        };

        var result = await test.Kubectl.TryAsync(["apply", "-f", "-"], Json(deployment));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Warning: ", result.Error);
        Assert.Contains("a-name-that-is-too-long", result.Error);
    });

    [Fact]
    public Task BadChange_IsRefused_AndWhatStoodBeforeStays() => TestAsync(async test =>
    {
        await test.DefineAsync("blue", ApiLoad.Good);

        var result = await test.Kubectl.TryAsync(["apply", "-f", "-"], Json(NetworkDefinition.Of(test.Namespace, "blue", ApiLoad.Bad)));

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(ApiLoad.Good, (string?)(await test.Kubectl.FindAsync("network-attachment-definitions", "blue", test.Namespace))!["spec"]!["config"]);
    });

    [Fact]
    public Task BadDefinition_FromBeforeTheWebhook_MayBeLabelled() => TestAsync(async test =>
    {
        await test.Kubectl.RunAsync("label", "namespace", test.Namespace, "multinet.io/admission=off");
        await test.DefineAsync("old", ApiLoad.Bad);
        await test.Kubectl.RunAsync("label", "namespace", test.Namespace, "multinet.io/admission-");

        var result = await test.Kubectl.TryAsync(["label", "network-attachment-definitions", "old", "-n", test.Namespace, "colour=blue"]);

        Assert.Equal(0, result.ExitCode);
    });

    [Fact]
    public Task DryRun_IsJudgedTheSame() => TestAsync(async test =>
    {
        Assert.Equal(0, (await test.Kubectl.TryAsync(["apply", "--dry-run=server", "-f", "-"], Json(NetworkDefinition.Of(test.Namespace, "blue", ApiLoad.Good)))).ExitCode);
        Assert.Equal(1, (await test.Kubectl.TryAsync(["apply", "--dry-run=server", "-f", "-"], Json(NetworkDefinition.Of(test.Namespace, "blue", ApiLoad.Bad)))).ExitCode);
    });

    [Fact]
    public Task Examples_AreAccepted() => TestAsync(async test =>
    {
        foreach (var folder in (string[])["examples", "examples/plugins", "examples/telco"])
        {
            foreach (var file in Directory.GetFiles(Repository.PathOf(folder), "*.yaml"))
            {
                var result = await test.Kubectl.TryAsync(["apply", "--dry-run=server", "-f", "-"], await File.ReadAllTextAsync(file));
                // In a dry run the definitions of the file are not there when its pods come.
                var refusals = result.Error.Split('\n').Where(l => !l.StartsWith("Warning: ", StringComparison.Ordinal)).SelectMany(l => Regex.Matches(l, @"MN-[A-Z0-9]+-\d+")).Select(m => m.Value);
                Assert.True(result.ExitCode == 0 || refusals.Distinct().SequenceEqual(["MN-POD-022"]), $"{file}: {result.Error}");
            }
        }
    });

    [Fact]
    public Task PodOfANetworkThatIsNotThere_IsRefused() => TestAsync(async test =>
    {
        await Eventually.HoldsAsync("it is refused", async () =>
            (await test.Kubectl.TryAsync(["apply", "--dry-run=server", "-f", "-"], Json(new PodManifest("web") { Networks = "nowhere" }.ToJson(test.Namespace)))).Error.Contains("[MN-POD-022]", StringComparison.Ordinal));
    });

    [Fact]
    public Task DefinitionInUse_ThatIsDeleted_IsWarnedAbout() => TestAsync(async test =>
    {
        await test.DefineAsync("adm-kept", Networks.Bridge("adm-kept", "10.81.0.0/24"));
        await test.RunAsync(new PodManifest("user") { Networks = "adm-kept" });

        var result = await test.Kubectl.TryAsync(["delete", "network-attachment-definitions", "adm-kept", "-n", test.Namespace, "--dry-run=server"]);

        Assert.Contains("user", result.Error);
        Assert.Contains("Warning: MN-DEL-001 ", result.Error);
    });

    [Fact]
    public Task Namespace_WithDefinitionsInUse_IsDeleted() => TestAsync(async test =>
    {
        var other = $"{test.Namespace}-going";
        await test.Kubectl.RunAsync("create", "namespace", other);
        await Eventually.HoldsAsync("its service account", async () => await test.Kubectl.FindAsync("serviceaccount", "default", other) is not null);
        await test.Kubectl.ApplyAsync(NetworkDefinition.Of(other, "used", Networks.Bridge("adm-used", "10.79.0.0/24")), new PodManifest("user") { Networks = "used" }.ToJson(other));
        await test.Kubectl.RunAsync("wait", "--for=condition=Ready", "pod/user", "-n", other, $"--timeout={Eventually.Patience.TotalSeconds}s");

        await test.Kubectl.RunAsync("delete", "namespace", other, "--wait=false");

        await Eventually.HoldsAsync("the namespace is gone", async () => (await test.Kubectl.TryAsync(["get", "namespace", other])).ExitCode != 0);
    });
}
