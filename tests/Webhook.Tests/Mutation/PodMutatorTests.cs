using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using MultiNet.Networks;
using MultiNet.Validation;
using MultiNet.Webhook.Mutation;

namespace MultiNet.Webhook.Tests.Mutation;

/// <summary>What holds for every pod, and for what is none.</summary>
public sealed class PodMutatorTests
{
    private static readonly string[] s_networks =
    [
        "", "vf", "vf,pf", "zoned@eth1, racked", "vf@net2,pf", "plain@net1,vf,vf", "[]", "[{\"name\": \"vf\"}]", "[{\"name\": \"zoned\", \"interface\": \"net2\"}, {\"name\": \"vf\"}]", "[{\"name\": \"vf\"},", "missing", "vf@", " ",
        "vf@eth0", "[{\"name\": \"vf\", \"interface\": \"\"}]", "x/vf", "vf@net3, pf, plain, zoned",
    ];

    private static readonly string[] s_values =
    [
        "null", "{}", "[]", "\"x\"", "5", "-1", "true", "{\"limits\": {\"intel.com/vf\": \"1\"}}", "{\"requests\": {\"intel.com/vf\": 1}}", "{\"limits\": []}", "{\"limits\": {\"intel.com/vf\": \"-1\"}}", "\"\\ud800\"", "[{}]", "[null]", "[5]",
        "{\"nodeAffinity\": {\"requiredDuringSchedulingIgnoredDuringExecution\": {\"nodeSelectorTerms\": [{\"matchExpressions\": [{\"key\": \"zone\", \"operator\": \"In\", \"values\": [\"a\"]}]}, {\"matchFields\": [{}]}, {}, null, 5]}}}",
        "{\"nodeAffinity\": {\"requiredDuringSchedulingIgnoredDuringExecution\": {\"nodeSelectorTerms\": {}}}}", "[{\"name\": \"c\", \"resources\": {}}]", "[{\"resources\": {\"limits\": {\"intel.com/vf\": \"2\"}}}, {}]",
    ];

    private static readonly string[] s_specKeys = ["containers", "initContainers", "affinity", "nodeSelector", "nodeName", "hostNetwork", "resourceClaims", "os"];

    public static TheoryData<string> Untouched =>
    [
        """{"metadata": {"annotations": {"k8s.v1.cni.cncf.io/networks": "vf"}}, "spec": {"hostNetwork": true, "containers": [{}]}}""",
        """{"metadata": {"annotations": {"k8s.v1.cni.cncf.io/networks": "vf", "kubernetes.io/config.mirror": "x"}}, "spec": {"containers": [{}]}}""",
        """{"metadata": {"annotations": {"k8s.v1.cni.cncf.io/networks": "vf"}}, "spec": {"os": {"name": "windows"}, "containers": [{}]}}""",
        """{"metadata": {"annotations": {"k8s.v1.cni.cncf.io/networks": "vf,,"}}, "spec": {"containers": [{}]}}""",
        """{"metadata": {"annotations": {"k8s.v1.cni.cncf.io/networks": 5}}, "spec": {"containers": [{}]}}""",
        """{"metadata": {"annotations": {"a": "b"}}}""",
        """{"metadata": 5, "spec": {}}""", "[]", "null", "5", "\"pod\"", "{}",
    ];

    [Theory]
    [MemberData(nameof(Untouched))]
    public void WhatIsNoneOfOurs_IsLeftAlone(string pod)
    {
        using var document = JsonDocument.Parse(pod);
        Assert.Empty(PodMutator.Mutate(document.RootElement, "default", new MutationCase().Cluster, new Dictionary<string, string> { [AnnotationKeys.DefaultNetworks] = "plain" }, MutationCase.All));
    }

    [Fact]
    public void Nothing_IsDoneUnlessItIsAskedFor()
    {
        Assert.Empty(new MutationCase { Options = MutationCase.Nothing, Defaults = "plain" }.Patch(MutationCase.Pod("vf,zoned")));
        Assert.Empty(new MutationCase { Options = MutationCase.All with { Enabled = false }, Defaults = "plain" }.Patch(MutationCase.Pod("vf,zoned")));
    }

    [Fact]
    public void MutatedPod_IsAcceptedByTheRules()
    {
        var mutation = new MutationCase { Defaults = "plain" };
        using var before = JsonDocument.Parse(MutationCase.Pod("vf@eth1,zoned").ToJsonString());
        using var after = JsonDocument.Parse(mutation.Mutate(MutationCase.Pod("vf@eth1,zoned")).ToJsonString());
        Assert.Contains(new PodValidator(ValidationOptions.Default).Validate(PodReader.Read(before.RootElement), mutation.Cluster).Findings, finding => finding.Rule == "MN-POD-031");
        Assert.Empty(new PodValidator(ValidationOptions.Default).Validate(PodReader.Read(after.RootElement), mutation.Cluster).Findings);
    }

    [Fact]
    public void MutatingTwice_IsMutatingOnce_AndThePatchApplies() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => Holds(new Random(seed))));

    [Fact]
    public void AnyJson_IsTakenWithoutAnException() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            using var document = JsonDocument.Parse(AnyPod(new Random(seed), hostile: true));
            PodMutator.Mutate(document.RootElement, "default", new MutationCase().Cluster, new Dictionary<string, string> { [AnnotationKeys.DefaultNetworks] = "plain" }, MutationCase.All);
        }));

    private static void Holds(Random random)
    {
        var mutation = new MutationCase
        {
            Options = new MutationOptions
            {
                Enabled = true, Resources = random.Next(2) == 0, NodeAffinity = random.Next(2) == 0, NamespaceDefaults = random.Next(2) == 0, InterfaceNames = random.Next(2) == 0,
            },
            Defaults = Pick(random, s_networks),
        };
        string text = AnyPod(random, hostile: false);
        var once = mutation.Mutate(JsonNode.Parse(text)!);
        Assert.True(JsonNode.DeepEquals(once, mutation.Mutate(once)));
    }

    private static string AnyPod(Random random, bool hostile)
    {
        var members = new List<string>();
        foreach (string key in s_specKeys)
        {
            if (random.Next(2) == 0)
                members.Add($"\"{key}\": {Value(random, hostile)}");
        }
        if (random.Next(4) > 0)
            members.Add("""    "containers": [{"name": "c"}]""");
        string spec = hostile && random.Next(10) == 0 ? Value(random, hostile) : "{" + string.Join(", ", hostile ? members : members.DistinctBy(member => member.Split(':')[0].Trim())) + "}";
        string annotations = random.Next(8) == 0 ? Value(random, hostile) : "{\"k8s.v1.cni.cncf.io/networks\": " + (hostile && random.Next(8) == 0 ? Value(random, hostile) : JsonValue.Create(Pick(random, s_networks)).ToJsonString()) + "}";
        string metadata = random.Next(8) == 0 ? Value(random, hostile) : "{\"name\": \"web\", \"annotations\": " + annotations + "}";
        return "{\"metadata\": " + metadata + ", \"spec\": " + spec + "}";
    }

    // Half a surrogate pair is JSON that System.Text.Json.Nodes cannot hold.
    private static string Value(Random random, bool hostile) => hostile ? Pick(random, s_values) : Pick(random, s_values).Replace("\\ud800", "x");

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
