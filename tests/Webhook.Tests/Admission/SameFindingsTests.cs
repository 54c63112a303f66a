extern alias meta;

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using meta::MultiNet.Meta.CommandLine.Lint;
using MultiNet.Networks;
using MultiNet.Validation;
using MultiNet.Validation.Tests.Golden;
using MultiNet.Webhook.Admission;
using MultiNet.Webhook.Configuration;
using MultiNet.Webhook.Knowledge;

namespace MultiNet.Webhook.Tests.Admission;

/// <summary>What <c>multinet lint</c> says of a file, the webhook says of the object: every golden case of every rule, under every profile.</summary>
public sealed class SameFindingsTests
{
    public static TheoryData<int> Definitions => [.. Enumerable.Range(0, DefinitionCases.All.Count)];

    public static TheoryData<int> Pods => [.. Enumerable.Range(0, PodCases.All.Count)];

    private static IEnumerable<ValidationOptions> Under(ValidationOptions options) =>
        from profile in Enum.GetValues<PolicyProfile>()
        from isolated in (bool[])[options.NamespaceIsolation, true]
        select options with { NamespaceIsolation = isolated, Policy = options.Policy with { Profile = profile } };

    [Theory]
    [MemberData(nameof(Definitions))]
    public void Definitions_AreJudgedAlike(int index)
    {
        var golden = DefinitionCases.All[index];
        foreach (var input in golden.Rejected.Append(golden.Accepted))
        {
            var others = input.Cluster?.Definitions ?? [];
            foreach (var options in Under(input.Options))
                Alike(Manifest(input.Definition), new Review { Group = "k8s.cni.cncf.io", Resource = NetworkAttachmentDefinition.Plural, Kind = NetworkAttachmentDefinition.Kind }, others.Prepend(input.Definition), options);
        }
    }

    [Theory]
    [MemberData(nameof(Pods))]
    public void Pods_AreJudgedAlike(int index)
    {
        var golden = PodCases.All[index];
        foreach (var input in golden.Rejected.Append(golden.Accepted))
        {
            foreach (var options in Under(input.Options))
                Alike(Manifest(input.Pod), new Review { Resource = "pods", Kind = "Pod" }, input.Cluster?.Definitions ?? [], options);
        }
    }

    private static void Alike(JsonObject manifest, Review review, IEnumerable<NetworkAttachmentDefinition> definitions, ValidationOptions options)
    {
        // Objects of one name count once.
        var given = definitions.DistinctBy(definition => definition.QualifiedName).ToList();
        var list = new JsonArray(manifest.DeepClone());
        foreach (var definition in given.Where(definition => (string?)manifest["kind"] == "Pod" || definition.Name != (string?)manifest["metadata"]!["name"]))
            list.Add(Manifest(definition));
        byte[] file = Encoding.UTF8.GetBytes(new JsonObject { ["kind"] = "List", ["items"] = list }.ToJsonString());
        string name = $"{manifest["metadata"]!["namespace"]}/{manifest["metadata"]!["name"]}", kind = (string)manifest["kind"]!;
        var lint = new Linter(options).Run([LintSource.ReadStandardInput(file)]).Findings.Where(found => found.Name == name && found.Kind == kind).Select(found => found.Finding);

        using var document = JsonDocument.Parse((review with { Object = manifest, Namespace = "default", Name = (string)manifest["metadata"]!["name"]! }).ToJson());
        var request = AdmissionReviewReader.Read(document.RootElement);
        var decision = new Reviewer(new GivenKnowledge(given)).Validate(request, new ReviewSettings(new WebhookConfig { Validation = options }));
        Assert.Equal(Texts(lint), Texts(decision.Errors.Concat(decision.Warnings)));
    }

    private static string Texts(IEnumerable<Finding> findings) => string.Join("\n", findings.Select(finding => $"{finding.Severity} {finding}").Order(StringComparer.Ordinal));

    private static JsonObject Annotations(IReadOnlyDictionary<string, string> annotations)
    {
        var json = new JsonObject();
        foreach (var (key, value) in annotations)
            json[key] = value;
        return json;
    }

    private static JsonObject Manifest(NetworkAttachmentDefinition definition) => new()
    {
        ["apiVersion"] = NetworkAttachmentDefinition.ApiVersion, ["kind"] = NetworkAttachmentDefinition.Kind,
        ["metadata"] = new JsonObject { ["name"] = definition.Name, ["namespace"] = definition.Namespace, ["annotations"] = Annotations(definition.Annotations) },
        ["spec"] = definition.Config is null ? new JsonObject() : new JsonObject { ["config"] = definition.Config },
    };

    private static JsonObject Manifest(PodUnderReview pod)
    {
        var limits = new JsonObject();
        foreach (var (resource, count) in pod.Resources)
            limits[resource] = count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var ports = new JsonArray([.. pod.HostPorts.Select(port => (JsonNode)new JsonObject { ["hostPort"] = port.HostPort, ["protocol"] = port.Protocol.ToUpperInvariant() })]);
        return new JsonObject
        {
            ["apiVersion"] = "v1", ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = pod.Name, ["namespace"] = pod.Namespace, ["annotations"] = Annotations(pod.Annotations) },
            ["spec"] = new JsonObject
            {
                ["hostNetwork"] = pod.HostNetwork, ["nodeSelector"] = Annotations(pod.NodeSelector),
                ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["resources"] = new JsonObject { ["limits"] = limits }, ["ports"] = ports }),
            },
        };
    }

    // What lint has: definitions that are given, of a cluster that has others, too.
    private sealed class GivenKnowledge(IEnumerable<NetworkAttachmentDefinition> definitions) : IWebhookKnowledge
    {
        private readonly DefinitionSet _given = new(definitions);

        public IReadOnlyList<string> NotSynced => [];

        public bool KnowsDefinitions => _given.KnowsDefinitions;

        public bool KnowsAllDefinitions => false;

        public IEnumerable<NetworkAttachmentDefinition> Definitions => _given.Definitions;

        public bool KnowsPods => false;

        public NetworkAttachmentDefinition? FindDefinition(string @namespace, string name) => _given.FindDefinition(@namespace, name);

        public IEnumerable<HeldAttachment> AttachmentsOf(string network) => [];
    }
}
