using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Pods;

/// <summary>crds/network-attachment.yaml at a real API server.</summary>
[Collection(ClusterCollection.Name)]
public sealed class DefinitionTests(ClusterUnderTest cluster)
{
    [Fact]
    public Task Definition_IsStoredAsItIs_AndFoundByItsShortName() => cluster.TestAsync(async test =>
    {
        await test.Kubectl.ApplyAsync(NetworkDefinition.Of(test.Namespace, "blue", """{"cniVersion": "1.0.0", "type": "bridge"}"""));

        var found = JsonNode.Parse(await test.Kubectl.RunAsync("get", "net-attach-def", "blue", "-n", test.Namespace, "-o", "json"))!;
        Assert.Equal("""{"cniVersion": "1.0.0", "type": "bridge"}""", found["spec"]!["config"]!.GetValue<string>());
        Assert.Contains("blue", await test.Kubectl.RunAsync("get", "nad", "-n", test.Namespace), StringComparison.Ordinal);
    });

    [Fact]
    public Task Definition_IsRefused_WhenItsConfigurationIsNoString() => cluster.TestAsync(async test =>
    {
        var wrong = NetworkDefinition.Of(test.Namespace, "wrong", "");
        wrong["spec"]!["config"] = new JsonObject { ["type"] = "bridge" };

        var answer = await test.Kubectl.TryAsync(["apply", "--validate=false", "-f", "-"], wrong.ToJsonString());

        Assert.NotEqual(0, answer.ExitCode);
        Assert.Contains("spec.config", answer.Error, StringComparison.Ordinal);
    });
}
