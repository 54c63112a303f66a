using System.Text.Json.Nodes;

namespace MultiNet.Webhook.Tests.Mutation;

/// <summary>Networks of the namespace, and names of interfaces.</summary>
public sealed class NetworkDefaultTests
{
    private static readonly MutationCase s_defaults = new() { Options = MutationCase.Nothing with { NamespaceDefaults = true } };
    private static readonly MutationCase s_names = new() { Options = MutationCase.Nothing with { InterfaceNames = true } };

    [Theory]
    [InlineData("", "plain", "plain")]
    [InlineData("  ", "[{\"name\": \"plain\"}]", "[{\"name\": \"plain\"}]")]
    [InlineData("vf", "plain@eth1", "vf, plain@eth1")]
    [InlineData("vf", "other/plain, vf", "vf, other/plain")]
    [InlineData("default/plain@x", "plain", "default/plain@x")]
    [InlineData("[]", "plain", "[{\"name\":\"plain\"}]")]
    [InlineData("[ {\"name\": \"vf\", \"mac\": \"02:00:5e:00:53:01\"} ]", "x/plain@eth1", "[ {\"name\": \"vf\", \"mac\": \"02:00:5e:00:53:01\"}, {\"name\":\"plain\",\"namespace\":\"x\",\"interface\":\"eth1\"}]")]
    [InlineData("x/vf@eth1", "[{\"name\": \"plain\", \"ips\": [\"10.1.0.5/24\"]}]", "[{\"name\":\"vf\",\"namespace\":\"x\",\"interface\":\"eth1\"}, {\"name\": \"plain\", \"ips\": [\"10.1.0.5/24\"]}]")]
    [InlineData("plain", "plain,plain", "plain, plain")]
    [InlineData("vf@eth1", "plain@eth1", "vf@eth1")]
    [InlineData("vf", "plain@net1", "vf")]
    [InlineData("vf@net2", "plain", "vf@net2")]
    [InlineData("vf", "[broken", "vf")]
    [InlineData("[broken", "plain", "[broken")]
    public void Defaults_AreAddedToWhatThePodAsksFor(string own, string defaults, string expected) =>
        Assert.Equal(expected, (s_defaults with { Defaults = defaults }).Networks(MutationCase.Pod(own)));

    [Theory]
    [InlineData("""{"metadata": {"name": "web"}, "spec": {}}""")]
    [InlineData("""{"metadata": {"name": "web", "annotations": null}, "spec": {}}""")]
    [InlineData("""{"metadata": {"name": "web", "annotations": {}}, "spec": {}}""")]
    public void PodWithoutAnnotations_GetsTheDefaults(string pod) => Assert.Equal("plain", (s_defaults with { Defaults = "plain" }).Networks(JsonNode.Parse(pod)!));

    [Fact]
    public void PodThatWantsNone_GetsNone()
    {
        var pod = MutationCase.Pod("vf");
        pod["metadata"]!["annotations"]!["multinet.io/default-networks"] = "none";
        Assert.Empty((s_defaults with { Defaults = "plain" }).Patch(pod));
    }

    [Fact]
    public void MoreThanAPodCanHave_IsNotAdded() => Assert.Empty((s_defaults with { Defaults = "plain" }).Patch(MutationCase.Pod(string.Join(',', Enumerable.Range(0, 128).Select(i => $"n{i}")))));

    [Theory]
    [InlineData("vf, x/plain@eth5 ,plain", "vf@net1, x/plain@eth5 ,plain@net3")]
    [InlineData("vf@", "vf@net1")]
    [InlineData("vf@net2,plain", "vf@net2,plain")]
    [InlineData("[{\"name\": \"vf\" }, {\"name\": \"plain\", \"interface\": \"eth1\"}, {\"name\": \"é\"}]", "[{\"name\": \"vf\" }, {\"name\": \"plain\", \"interface\": \"eth1\"}, {\"name\": \"é\"}]")]
    [InlineData("[{\"name\": \"vf\"\n}, {\"name\": \"plain\", \"interface\": \"eth1\"}, {\"name\": \"pf\", \"interface\": \"\"}]",
        "[{\"name\": \"vf\", \"interface\": \"net1\"\n}, {\"name\": \"plain\", \"interface\": \"eth1\"}, {\"name\": \"pf\", \"interface\": \"\", \"interface\": \"net3\"}]")]
    [InlineData("[{\"name\": \"vf\", \"interfaceRequest\": \"eth7\"}]", "[{\"name\": \"vf\", \"interfaceRequest\": \"eth7\"}]")]
    public void Interfaces_GetTheNamesThatTheyWouldHave(string own, string expected) => Assert.Equal(expected, s_names.Networks(MutationCase.Pod(own)));

    [Fact]
    public void DefaultsAreNamedBehindTheOthers() =>
        Assert.Equal("vf@net1, plain@net2", (new MutationCase { Options = MutationCase.Nothing with { NamespaceDefaults = true, InterfaceNames = true }, Defaults = "plain" }).Networks(MutationCase.Pod("vf")));
}
