namespace MultiNet.Webhook.Tests.Mutation;

/// <summary>Pods go to nodes that have their networks, and to no others than they would.</summary>
public sealed class NodeAffinityTests
{
    private static readonly MutationCase s_affinity = new() { Options = MutationCase.Nothing with { NodeAffinity = true } };

    private const string ZoneA = """{"key":"zone","operator":"In","values":["a"]}""", Disk = """{"key":"disk","operator":"In","values":["ssd"]}""";

    private static string Affinity(string networks, string more = "") => s_affinity.Mutate(MutationCase.Pod(networks, more: more))["spec"]!["affinity"]?.ToJsonString() ?? "";

    private static string Terms(params string[] terms) =>
        """{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[""" + string.Join(',', terms) + "]}}}";

    private static string Term(params string[] expressions) => $$"""{"matchExpressions":[{{string.Join(',', expressions)}}]}""";

    [Fact]
    public void Labels_AreDemanded() => Assert.Equal(Terms(Term(ZoneA)), Affinity("zoned"));

    [Fact]
    public void LabelsOfSeveralNetworks_AreDemandedTogether() =>
        Assert.Equal(Terms(Term("""{"key":"example.com/rack","operator":"In","values":["7"]}""", ZoneA)), Affinity("zoned,racked,plain,odd"));

    [Theory]
    [InlineData(""", "affinity": null""")]
    [InlineData(""", "affinity": {}""")]
    [InlineData(""", "affinity": {"nodeAffinity": {}}""")]
    [InlineData(""", "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": null}}""")]
    public void WhatIsEmpty_IsFilled(string more) => Assert.Equal(Terms(Term(ZoneA)), Affinity("zoned", more));

    [Fact]
    public void EachTerm_DemandsThem() => Assert.Equal(
        Terms(Term(Disk, ZoneA), """{"matchFields":[{"key":"metadata.name","operator":"In","values":["n1"]}],"matchExpressions":[""" + ZoneA + "]}", Term(ZoneA)),
        Affinity("zoned", ", \"affinity\": " + Terms(Term(Disk), """{"matchFields":[{"key":"metadata.name","operator":"In","values":["n1"]}]}""", Term(ZoneA))));

    [Fact]
    public void TermThatHoldsForNoNode_StaysSo() => Assert.Equal(Terms("{}", Term(), Term(Disk, ZoneA)), Affinity("zoned", ", \"affinity\": " + Terms("{}", Term(), Term(Disk))));

    [Fact]
    public void OtherDemands_Stay() => Assert.Equal(
        """{"podAntiAffinity":{"x":1},"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[],"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[""" + Term(ZoneA) + "]}}}",
        Affinity("zoned", """, "affinity": {"podAntiAffinity": {"x": 1}, "nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}}"""));

    [Theory]
    [InlineData(""", "nodeSelector": {"zone": "a"}""")]
    [InlineData(""", "nodeName": "n1" """)]
    public void PodThatGoesThereAlready_IsLeftAlone(string more) => Assert.Equal("", Affinity("zoned", more));

    [Fact]
    public void PodThatGoesElsewhere_IsDemandedBoth() => Assert.Equal(Terms(Term(ZoneA)), Affinity("zoned", """, "nodeSelector": {"zone": "b"}"""));
}
