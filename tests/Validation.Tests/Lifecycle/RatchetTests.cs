using MultiNet.Networks;
using MultiNet.Validation.Tests.Golden;

namespace MultiNet.Validation.Tests.Lifecycle;

/// <summary>What was wrong before does not refuse a change.</summary>
public sealed class RatchetTests
{
    private static readonly UpdateValidator s_validator = new(ValidationOptions.Default);

    public static TheoryData<int> Definitions => [.. Enumerable.Range(0, DefinitionCases.All.Count)];

    public static TheoryData<int> Pods => [.. Enumerable.Range(0, PodCases.All.Count)];

    private static NetworkAttachmentDefinition Chain(params string[] plugins) =>
        KnownCluster.Define("net", $$"""{"cniVersion": "1.0.0", "name": "net", "plugins": [{{string.Join(", ", plugins)}}]}""");

    [Theory]
    [MemberData(nameof(Definitions))]
    public void BadDefinition_MayBeLabelled(int index)
    {
        foreach (var input in DefinitionCases.All[index].Rejected)
        {
            var definition = input.Definition;
            var labelled = definition with { Annotations = new Dictionary<string, string>(definition.Annotations) { ["example.com/owner"] = "jane" } };
            foreach (var options in (ValidationOptions[])[input.Options, input.Options with { Policy = new ValidationPolicy { Profile = PolicyProfile.Strict } }])
            {
                var report = new UpdateValidator(options).Validate(definition, labelled, input.Cluster);
                Assert.True(report.IsAllowed, $"{input.Config}: {string.Join("\n", report.Findings)}");
                Assert.Equal(new DefinitionValidator(options).Validate(labelled, input.Cluster).Findings.Select(finding => finding.Rule).Order(), report.Findings.Select(finding => finding.Rule).Order());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pods))]
    public void BadPod_MayBeLabelled(int index)
    {
        foreach (var input in PodCases.All[index].Rejected)
        {
            var pod = input.Pod;
            var labelled = pod with { Annotations = new Dictionary<string, string>(pod.Annotations) { ["example.com/owner"] = "jane" } };
            var report = new UpdateValidator(input.Options).Validate(pod, labelled, input.Cluster);
            Assert.True(report.IsAllowed, $"{input.Networks}: {string.Join("\n", report.Findings)}");
        }
    }

    [Fact]
    public void SameMistakeInAnotherPlace_IsNotNew()
    {
        const string Bad = """{"type": "tuning", "mtu": -1}""";
        var old = Chain("""{"type": "bridge", "bridge": "br1"}""", Bad);
        Assert.True(s_validator.Validate(old, Chain("""{"type": "bridge", "bridge": "br1"}""", """{"type": "bandwidth"}""", Bad)).IsAllowed);
    }

    [Fact]
    public void SameMistakeOnceMore_IsNew()
    {
        const string Bad = """{"type": "tuning", "mtu": -1}""";
        var report = s_validator.Validate(Chain("""{"type": "bridge", "bridge": "br1"}""", Bad), Chain("""{"type": "bridge", "bridge": "br1"}""", Bad, Bad));
        Assert.Single(report.Findings, finding => finding.IsError);
    }

    [Fact]
    public void OtherMistake_IsNew()
    {
        var report = s_validator.Validate(Chain("""{"type": "bridge", "bridge": "br1", "vlan": 5000}"""), Chain("""{"type": "bridge", "bridge": "br1", "vlan": 6000}"""));
        Assert.Contains(report.Findings, finding => finding is { IsError: true, Rule: "MN-BR-001" });
    }

    [Fact]
    public void WarningThatBecomesAnError_IsNew()
    {
        static NetworkAttachmentDefinition Mac(string capability) => KnownCluster.Define("net", $$"""{"cniVersion": "1.0.0", "name": "net", "type": "macvlan", "master": "eth1", "mac": "xx"{{capability}}}""");
        Assert.False(s_validator.Validate(Mac(", \"capabilities\": {\"mac\": true}"), Mac("")).IsAllowed);
    }

    [Fact]
    public void OtherNetworkBehindTheBoundary_IsNew()
    {
        var isolated = new UpdateValidator(new ValidationOptions { NamespaceIsolation = true });
        PodUnderReview Asking(string networks) => new() { Namespace = "default", Name = "web", Annotations = new Dictionary<string, string> { [AnnotationKeys.Networks] = networks } };
        Assert.True(isolated.Validate(Asking("other/net1"), Asking("other/net1,net2")).IsAllowed);
        Assert.False(isolated.Validate(Asking("other/net1"), Asking("other/net2")).IsAllowed);
        Assert.False(isolated.Validate(Asking("other/net1"), Asking("other/net1,other/net1@eth1")).IsAllowed);
    }

    [Fact]
    public void FarTooManyMistakes_MayBeCorrectedOneByOne()
    {
        static NetworkAttachmentDefinition Many(int count) => Chain([.. Enumerable.Repeat("5", count)]);
        Assert.True(s_validator.Validate(Many(300), Many(299)).IsAllowed);
    }

    [Fact]
    public void StatusOfARunningPod_IsNotHeldAgainstIt()
    {
        PodUnderReview Pod(string status, string label) => new() { Namespace = "default", Name = "web", Annotations = new Dictionary<string, string> { [AnnotationKeys.NetworkStatus] = status, ["x"] = label } };
        Assert.Empty(s_validator.Validate(Pod("[]", "a"), Pod("[]", "b")).Findings);
        Assert.Single(s_validator.Validate(Pod("[]", "a"), Pod("[{}]", "a")).Findings, finding => finding.Rule == "MN-POD-034");
    }
}
