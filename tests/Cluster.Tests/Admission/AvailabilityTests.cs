using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Admission;

/// <summary>Replicas, certificates and registrations come and go: no review is lost, and nobody is locked out.</summary>
[Collection(ClusterCollection.Name)]
public sealed class AvailabilityTests(ClusterUnderTest cluster, RegisteredWebhook webhook) : IClassFixture<RegisteredWebhook>
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

    private static async Task<bool> IsMadeAsync(ClusterTest test, string config, string name = "probe") =>
        (await test.Kubectl.TryAsync(["apply", "--dry-run=server", "-f", "-"], NetworkDefinition.Of(test.Namespace, name, config).ToJsonString())).ExitCode == 0;

    [Fact]
    public Task Registration_HasTheAuthorityInEachWebhook_AndIsEnforced() => TestAsync(async test =>
    {
        var authority = Decoded(await webhook.SecretAsync("ca.crt"));
        Assert.All(await webhook.BundlesAsync(), b => Assert.StartsWith(authority, Decoded(b)));
        Assert.Equal(["Fail", "Ignore", "Ignore", "Ignore"], (await webhook.RegistrationAsync())["webhooks"]!.AsArray().Select(w => (string?)w!["failurePolicy"]));
        Assert.True(await IsMadeAsync(test, ApiLoad.Good));
        Assert.False(await IsMadeAsync(test, ApiLoad.Bad));
    });

    [Fact]
    public Task FirstStep_RefusesNothing_BeforeThereIsAReplica_AndTheSecondKeepsTheBundle() => TestAsync(async test =>
    {
        await cluster.Kubectl.RunAsync("delete", "validatingwebhookconfiguration", RegisteredWebhook.Name);
        await webhook.ScaleAsync(0);
        await webhook.ApplyAsync((await RegisteredWebhook.FirstStepAsync()).Replace("replicas: 2", "replicas: 0", StringComparison.Ordinal));
        Assert.All(await webhook.BundlesAsync(), Assert.Empty);

        // Registered, without bundle and without a replica: nothing is in anybody's way.
        Assert.True(await IsMadeAsync(test, ApiLoad.Good));
        Assert.True(await IsMadeAsync(test, ApiLoad.Bad));
        await test.RunAsync(new PodManifest("plain"));

        await webhook.ScaleAsync(2);
        await Eventually.HoldsAsync("it is obeyed", async () => !await IsMadeAsync(test, ApiLoad.Bad));
        var bundles = await webhook.BundlesAsync();
        Assert.All(bundles, Assert.NotEmpty);
        await using var load = await ApiLoad.StartAsync(test);
        await load.MoreAsync(50);
        await webhook.ApplyAsync(await RegisteredWebhook.SecondStepAsync());
        await load.MoreAsync(100);
        await load.StopAsync();

        Assert.Empty(load.Failures);
        Assert.Equal(bundles, await webhook.BundlesAsync());
    });

    [Fact]
    public Task Rotation_OfTheAuthority_UnderLoad_IsWithoutOneFailedRequest() => TestAsync(async test =>
    {
        var before = await webhook.SecretAsync("ca.crt");
        var shown = await webhook.CertificatesShownAsync();
        await using var load = await ApiLoad.StartAsync(test);
        await load.MoreAsync(100);

        await cluster.Kubectl.RunAsync("-n", RegisteredWebhook.System, "annotate", "--overwrite", "secret", "multinet-webhook-ca", $"multinet.io/rotate={DateTime.UtcNow.Ticks}");
        await Eventually.HoldsAsync("the next authority is published", async () => await webhook.SecretAsync("next.crt") is { Length: > 0 });
        await Eventually.HoldsAsync("it signs", async () => await webhook.SecretAsync("ca.crt") is { Length: > 0 } now && now != before);
        await Eventually.HoldsAsync("both replicas show its certificates", async () => (await webhook.CertificatesShownAsync()).All(s => s.Value > shown.GetValueOrDefault(s.Key)));
        await load.MoreAsync(200);
        await load.StopAsync();

        Assert.Empty(load.Failures);
        // The bundle has both, the new one first.
        var both = Decoded(await webhook.SecretAsync("ca.crt")) + Decoded(before);
        Assert.All(await webhook.BundlesAsync(), b => Assert.StartsWith(both, Decoded(b)));
    });

    [Fact]
    public Task Secret_ThatIsDeleted_UnderLoad_IsMadeAnew_WithoutOneFailedRequest() => TestAsync(async test =>
    {
        var before = await webhook.SecretAsync("ca.crt");
        await using var load = await ApiLoad.StartAsync(test);
        await load.MoreAsync(100);

        await cluster.Kubectl.RunAsync("-n", RegisteredWebhook.System, "delete", "secret", "multinet-webhook-ca");
        await Eventually.HoldsAsync("there is another", async () => await webhook.SecretAsync("ca.crt") is { Length: > 0 } now && now != before);
        var authority = await webhook.SecretAsync("ca.crt");
        await Eventually.HoldsAsync("it is published", async () => (await webhook.BundlesAsync()).All(b => Decoded(b).Contains(Decoded(authority), StringComparison.Ordinal)));
        // 30 s until it signs: 40 s of load.
        await load.MoreAsync(2000);
        await load.StopAsync();

        Assert.Empty(load.Failures);
    });

    [Fact]
    public Task Bundle_ThatIsTakenAway_IsThereAgain() => TestAsync(async test =>
    {
        var before = await webhook.BundlesAsync();

        await cluster.Kubectl.RunAsync(
            "patch", "validatingwebhookconfiguration", RegisteredWebhook.Name, "--type=json", "-p", """[{"op": "remove", "path": "/webhooks/0/clientConfig/caBundle"}]""");

        await Eventually.HoldsAsync("it is there again", async () => (await webhook.BundlesAsync()).SequenceEqual(before));
        await Eventually.HoldsAsync("reviews get through", () => IsMadeAsync(test, ApiLoad.Good));
    });

    [Fact]
    public Task RollingRestart_UnderLoad_IsWithoutOneFailedRequest() => TestAsync(async test =>
    {
        var before = (await webhook.PodsAsync()).Select(p => (string?)p["metadata"]!["name"]).ToHashSet();
        await using var load = await ApiLoad.StartAsync(test);
        await load.MoreAsync(100);

        await cluster.Kubectl.RunAsync("-n", RegisteredWebhook.System, "rollout", "restart", $"deployment/{RegisteredWebhook.Name}");
        await webhook.RolledOutAsync();
        await Eventually.HoldsAsync("the former replicas are gone", async () => (await webhook.PodsAsync()).All(p => !before.Contains((string?)p["metadata"]!["name"])));
        await load.MoreAsync(200);
        await load.StopAsync();

        Assert.Empty(load.Failures);
        Assert.True(load.Answers > 500, $"{load.Answers} answers");
    });

    [Fact]
    public Task Replicas_ThatAreKilled_ComeBack_AndAreAskedAgain() => TestAsync(async test =>
    {
        foreach (var process in (await test.Node.ShellAsync("pgrep -x multinet-webhoo")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            await test.Node.ShellAsync($"kill -9 {process}");
        }

        await Eventually.HoldsAsync("good definitions are made", () => IsMadeAsync(test, ApiLoad.Good));
        Assert.False(await IsMadeAsync(test, ApiLoad.Bad));
        await webhook.RolledOutAsync();
        // The kubelet tells the API server of one after the other.
        await Eventually.HoldsAsync("each was started again", async () =>
            (await webhook.PodsAsync()).All(p => p["status"]!["containerStatuses"]![0]!["restartCount"]!.GetValue<int>() > 0));
    });

    [Fact]
    public Task WithoutAReplica_DefinitionsAreRefused_AndNothingElse() => TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("adm-down", "10.80.0.0/24"));
        var going = $"{test.Namespace}-going";
        await test.Kubectl.RunAsync("create", "namespace", going);
        await test.Kubectl.ApplyAsync(NetworkDefinition.Of(going, "left", ApiLoad.Good));
        await webhook.ScaleAsync(0);
        try
        {
            var refused = await test.Kubectl.TryAsync(["apply", "-f", "-"], NetworkDefinition.Of(test.Namespace, "green", ApiLoad.Good).ToJsonString());
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("failed calling webhook \"definitions.multinet.io\"", refused.Error);

            // Pods, with and without networks; definitions and namespaces that go.
            await test.RunAsync(new PodManifest("plain"), new PodManifest("rich") { Networks = "blue" });
            await test.Kubectl.RunAsync("delete", "network-attachment-definitions", "left", "-n", going);
            await test.Kubectl.ApplyAsync(NetworkDefinition.Of("kube-system", "probe", ApiLoad.Good));
            await test.Kubectl.RunAsync("delete", "network-attachment-definitions", "probe", "-n", "kube-system");
            await test.Kubectl.RunAsync("delete", "namespace", going, "--wait=false");
            await Eventually.HoldsAsync("the namespace is gone", async () => (await test.Kubectl.TryAsync(["get", "namespace", going])).ExitCode != 0);
        }
        finally
        {
            await webhook.ScaleAsync(2);
        }

        Assert.True(await IsMadeAsync(test, ApiLoad.Good));
    });

    [Fact]
    public Task EvenIfAllPodsWereRefused_TheWebhookAndTheSystemStart() => TestAsync(async test =>
    {
        await webhook.ScaleAsync(0);
        // What deploy/webhook says only with conditions, which this server does not know.
        await cluster.Kubectl.RunAsync(
            "patch", "validatingwebhookconfiguration", RegisteredWebhook.Name, "--type=json", "-p", """[{"op": "replace", "path": "/webhooks/2/failurePolicy", "value": "Fail"}]""");
        try
        {
            await Eventually.HoldsAsync("pods are refused", async () =>
                (await test.Kubectl.TryAsync(["apply", "--dry-run=server", "-f", "-"], new PodManifest("plain").ToJson(test.Namespace).ToJsonString())).Error.Contains("failed calling webhook", StringComparison.Ordinal));
            foreach (var space in (string[])["kube-system", RegisteredWebhook.System])
            {
                (await test.Kubectl.TryAsync(["apply", "--dry-run=server", "-f", "-"], new PodManifest("plain").ToJson(space).ToJsonString())).MustSucceed($"a pod in {space}");
            }

            await webhook.ScaleAsync(2);
            await Eventually.HoldsAsync("pods are made", async () =>
                (await test.Kubectl.TryAsync(["apply", "--dry-run=server", "-f", "-"], new PodManifest("plain").ToJson(test.Namespace).ToJsonString())).ExitCode == 0);
        }
        finally
        {
            await webhook.ApplyAsync(await RegisteredWebhook.SecondStepAsync());
            await webhook.ScaleAsync(2);
        }
    });

    [Fact]
    public Task Account_MayNoMore_ThanItNeeds() => TestAsync(async _ =>
    {
        async Task<bool> MayAsync(params string[] what) =>
            (await cluster.Kubectl.TryAsync(["auth", "can-i", .. what, $"--as=system:serviceaccount:{RegisteredWebhook.System}:{RegisteredWebhook.Name}"])).ExitCode == 0;

        Assert.True(await MayAsync("patch", $"validatingwebhookconfigurations/{RegisteredWebhook.Name}"));
        Assert.True(await MayAsync("get", "secrets/multinet-webhook-ca", "-n", RegisteredWebhook.System));
        Assert.False(await MayAsync("patch", "validatingwebhookconfigurations/another"));
        Assert.False(await MayAsync("update", $"validatingwebhookconfigurations/{RegisteredWebhook.Name}"));
        Assert.False(await MayAsync("list", "secrets", "-n", RegisteredWebhook.System));
        Assert.False(await MayAsync("get", "secrets/another", "-n", RegisteredWebhook.System));
        Assert.False(await MayAsync("get", "secrets/multinet-webhook-ca", "-n", "default"));
        Assert.False(await MayAsync("update", "pods", "-n", "default"));
        Assert.False(await MayAsync("patch", "network-attachment-definitions", "-n", "default"));
    });

    private static string Decoded(string text) => global::System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(text));
}
