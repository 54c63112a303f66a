using System.Text.Json;
using System.Text.Json.Nodes;
using MultiNet.Networks;
using MultiNet.Validation;
using MultiNet.Webhook.Mutation;

namespace MultiNet.Webhook.Tests.Mutation;

/// <summary>A pod, what is known, and what becomes of it.</summary>
internal sealed record MutationCase
{
    public static MutationOptions All { get; } = new() { Enabled = true, Resources = true, NodeAffinity = true, NamespaceDefaults = true, InterfaceNames = true };

    public static MutationOptions Nothing { get; } = new() { Enabled = true, Resources = false, NodeAffinity = false, NamespaceDefaults = false, InterfaceNames = false };

    public MutationOptions Options { get; init; } = All;

    public string Defaults { get; init; } = "";

    public IClusterKnowledge? Cluster { get; init; } = new DefinitionSet(
    [
        Define("vf", resource: "intel.com/vf"), Define("pf", resource: "intel.com/pf"), Define("zoned", selector: "zone=a"), Define("racked", selector: "example.com/rack=7, zone=a"), Define("plain"),
        Define("odd", resource: "a~b.com/x", selector: "no selector"), Define("native", resource: "kubernetes.io/x"), Define("host", @namespace: "kube-system", resource: "intel.com/vf"),
    ]);

    public static NetworkAttachmentDefinition Define(string name, string resource = "", string selector = "", string @namespace = "default") => new()
    {
        Namespace = @namespace, Name = name, Config = """{"cniVersion": "1.0.0", "type": "bridge"}""",
        Annotations = new Dictionary<string, string> { [AnnotationKeys.ResourceName] = resource, [AnnotationKeys.NodeSelector] = selector },
    };

    /// <summary>A pod as the API server sends it.</summary>
    public static JsonObject Pod(string networks, string containers = """[{"name": "c"}]""", string more = "") => JsonNode.Parse(
        $$$"""{"metadata": {"name": "web", "namespace": "default", "annotations": {"k8s.v1.cni.cncf.io/networks": {{{JsonValue.Create(networks).ToJsonString()}}} }}, "spec": {"containers": {{{containers}}}{{{more}}} }}""")!.AsObject();

    public IReadOnlyList<PatchOperation> Patch(JsonNode pod)
    {
        using var document = JsonDocument.Parse(pod.ToJsonString());
        var annotations = new Dictionary<string, string>();
        if (Defaults.Length > 0)
            annotations[AnnotationKeys.DefaultNetworks] = Defaults;
        return PodMutator.Mutate(document.RootElement, "default", Cluster, annotations, Options);
    }

    /// <summary>The pod after the patch; a second patch finds nothing to do.</summary>
    public JsonNode Mutate(JsonNode pod)
    {
        var mutated = JsonPatch.Apply(pod, Patch(pod));
        Assert.Empty(Patch(mutated));
        return mutated;
    }

    public string Networks(JsonNode pod) => (string?)Mutate(pod)["metadata"]!["annotations"]![AnnotationKeys.Networks] ?? "";
}
