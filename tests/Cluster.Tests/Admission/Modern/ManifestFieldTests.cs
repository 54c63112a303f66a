using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Admission.Modern;

/// <summary>
/// What deploy/ says in the words of a current API: no field that it does not know, none twice, none of the wrong type (fieldValidation=Strict). The server
/// here decodes the built-in kinds, and validates them no further.
/// </summary>
[Collection(ModernCollection.Name)]
public sealed class ManifestFieldTests(ModernApiServer server) : IClassFixture<ModernApiServer>
{
    private const string Webhook = "deploy/webhook/base", Components = "deploy/webhook/components/";

    private async Task AcceptedAsync(string manifests)
    {
        foreach (var manifest in ModernApiServer.ManifestsOf(manifests).Where(m => !((string)m["apiVersion"]!).StartsWith("cert-manager.io/", StringComparison.Ordinal)))
        {
            var answer = await server.CreateAsync(manifest, dryRun: true);
            Assert.True(answer.Succeeded || (string?)answer.Body["reason"] == "AlreadyExists", $"{(string?)manifest["kind"]} {(string?)manifest["metadata"]!["name"]}: {answer.Message}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("enforce")]
    [InlineData("mutation", "enforce", "admission-policy")]
    [InlineData("cert-manager", "enforce")]
    public async Task Webhook_HasNoUnknownField(params string[] components) =>
        await AcceptedAsync(await Kustomize.RenderAsync(Webhook, [.. components.Where(c => c.Length > 0).Select(c => Components + c)]));

    [Theory]
    [InlineData("deploy")]
    [InlineData("deploy/direct")]
    [InlineData("deploy/uninstall")]
    public async Task Daemon_HasNoUnknownField(string folder) => await AcceptedAsync(await Kustomize.RenderAsync(Repository.PathOf(folder)));

    [Fact]
    public async Task UnknownField_WouldBeTold()
    {
        var pod = new PodManifest("web").ToJson("default");
        pod["spec"]!["hostNetwrok"] = true;

        Assert.Contains("unknown field \"spec.hostNetwrok\"", (await server.CreateAsync(pod, dryRun: true)).Message);
    }
}
