namespace MultiNet.Webhook.Tests.Mutation;

/// <summary>Devices of networks are asked for by the first container.</summary>
public sealed class DeviceRequestTests
{
    private static readonly MutationCase s_resources = new() { Options = MutationCase.Nothing with { Resources = true } };

    private static string First(string networks, string containers, string more = "") => s_resources.Mutate(MutationCase.Pod(networks, containers, more))["spec"]!["containers"]![0]!["resources"]?.ToJsonString() ?? "";

    [Theory]
    [InlineData("vf", """[{"name": "c"}]""", """{"limits":{"intel.com/vf":"1"},"requests":{"intel.com/vf":"1"}}""")]
    [InlineData("vf@a,vf@b,pf", """[{"name": "c", "resources": null}]""", """{"limits":{"intel.com/pf":"1","intel.com/vf":"2"},"requests":{"intel.com/pf":"1","intel.com/vf":"2"}}""")]
    [InlineData("vf", """[{"name": "c", "resources": {"limits": {"cpu": "1"}}}]""", """{"limits":{"cpu":"1","intel.com/vf":"1"},"requests":{"intel.com/vf":"1"}}""")]
    [InlineData("vf@a,vf@b", """[{"name": "c", "resources": {"limits": {"intel.com/vf": "1"}, "requests": {"intel.com/vf": "1"}}}]""", """{"limits":{"intel.com/vf":"2"},"requests":{"intel.com/vf":"2"}}""")]
    [InlineData("vf", """[{"name": "c", "resources": {"limits": {"intel.com/vf": "3"}}}]""", """{"limits":{"intel.com/vf":"3"}}""")]
    [InlineData("vf@a,vf@b", """[{"name": "c"}, {"name": "d", "resources": {"limits": {"intel.com/vf": 1}}}]""", """{"limits":{"intel.com/vf":"1"},"requests":{"intel.com/vf":"1"}}""")]
    [InlineData("vf", """[{"name": "c", "resources": {"limits": {"intel.com/vf": "1k"}}}]""", """{"limits":{"intel.com/vf":"1k"}}""")]
    [InlineData("plain,native,odd,missing", """[{"name": "c"}]""", "")]
    public void FirstContainer_AsksForWhatIsLacking(string networks, string containers, string expected) => Assert.Equal(expected, First(networks, containers));

    [Fact]
    public void ContainersThatGoOnBeside_Count() => Assert.Equal("", First("vf", """[{"name": "c"}]""", """, "initContainers": [{"name": "i", "restartPolicy": "Always", "resources": {"limits": {"intel.com/vf": "1"}}}]"""));

    [Fact]
    public void ContainersThatEndBefore_DoNotCount() => Assert.NotEqual("", First("vf", """[{"name": "c"}]""", """, "initContainers": [{"name": "i", "resources": {"limits": {"intel.com/vf": "1"}}}]"""));

    [Fact]
    public void DevicesOfClaims_AreLeftAlone() => Assert.Equal("", First("vf", """[{"name": "c"}]""", """, "resourceClaims": [{"name": "nics"}]"""));

    [Fact]
    public void DefaultNetworkOfThePod_Counts()
    {
        var pod = MutationCase.Pod("vf");
        pod["metadata"]!["annotations"]!["v1.multus-cni.io/default-network"] = "host";
        Assert.Equal("2", (string?)s_resources.Mutate(pod)["spec"]!["containers"]![0]!["resources"]!["limits"]!["intel.com/vf"]);
    }

    [Fact]
    public void NetworksOfTheNamespace_Count()
    {
        var both = new MutationCase { Options = MutationCase.Nothing with { Resources = true, NamespaceDefaults = true }, Defaults = "vf" };
        Assert.Equal("1", (string?)both.Mutate(MutationCase.Pod(""))["spec"]!["containers"]![0]!["resources"]!["limits"]!["intel.com/vf"]);
    }

    [Fact]
    public void Paths_AreEscaped()
    {
        var cluster = new Validation.DefinitionSet([MutationCase.Define("net", resource: "a.b/c")]);
        var operation = Assert.Single((s_resources with { Cluster = cluster }).Patch(MutationCase.Pod("net", """[{"name": "c", "resources": {"limits": {}, "requests": {"x": "1"}}}]""")), operation => operation.Path.Contains("limits"));
        Assert.Equal("/spec/containers/0/resources/limits/a.b~1c", operation.Path);
        Assert.Equal("/x~0y~1z~01", MultiNet.Webhook.Mutation.JsonPointer.Member("", "x~y/z~1"));
    }

    [Fact]
    public void WithoutDefinitions_NothingIsDone() => Assert.Empty((s_resources with { Cluster = null }).Patch(MutationCase.Pod("vf")));
}
