using System.Text.Json;
using MultiNet.Meta.Sources.Manifests;
using MultiNet.Networks;
using MultiNet.Validation;

namespace MultiNet.Meta.CommandLine.Lint;

/// <summary>Takes definitions, pods, workloads, policies for networks and namespaces out of a file's documents; what else there is, is passed over.</summary>
internal sealed class LintObjectReader(LintSource source, List<LintObject> objects)
{
    private const int Deepest = 4;

    /// <summary>Reads all documents of the file.</summary>
    public void Read()
    {
        foreach (var document in source.Documents)
            Read(document, 0);
    }

    private void Read(ManifestNode node, int depth)
    {
        if (node.Kind != ManifestNodeKind.Mapping)
            return;
        string kind = node.TextAt("kind"), version = node.TextAt("apiVersion");
        if (kind.EndsWith("List", StringComparison.Ordinal) && node.Find("items") is { Kind: ManifestNodeKind.Sequence } items && depth < Deepest)
        {
            foreach (var item in items.Items)
                Read(item, depth + 1);
        }
        else if (kind == NetworkAttachmentDefinition.Kind && version == NetworkAttachmentDefinition.ApiVersion)
        {
            AddDefinition(node);
        }
        else if (kind == MultiNetworkPolicy.Kind && version.StartsWith(MultiNetworkPolicy.Group + "/", StringComparison.Ordinal))
        {
            AddPolicy(node);
        }
        else if (kind == "Namespace" && version == "v1")
        {
            AddNamespace(node);
        }
        else if (WorkloadTemplate.Of(kind, node) is { } template)
        {
            AddPod(node, kind, template);
        }
    }

    private void AddDefinition(ManifestNode node)
    {
        var problems = new List<Finding>();
        var metadata = node.Find("metadata");
        var (ns, name) = NamesOf(metadata);
        string? config = null;
        if (node.At("spec", "config") is { Kind: not ManifestNodeKind.Null } found)
        {
            if (found.Kind == ManifestNodeKind.String)
                config = found.Text;
            else
                problems.Add(Wrong("MN-NAD-002", "spec.config", $"expected the configuration as text, found {found.Describe()}", "write it after \"|\" on the following lines"));
        }
        var definition = new NetworkAttachmentDefinition
        {
            Namespace = ns, Name = name, Config = config, Annotations = WorkloadTemplate.Annotations(metadata, "metadata", problems),
        };
        objects.Add(new LintObject(source, node, NetworkAttachmentDefinition.Kind, $"{ns}/{name}") { Definition = problems.Count == 0 ? definition : null, Problems = problems });
    }

    private void AddPolicy(ManifestNode node)
    {
        var problems = new List<Finding>();
        var metadata = node.Find("metadata");
        var (ns, name) = NamesOf(metadata);
        _ = WorkloadTemplate.Annotations(metadata, "metadata", problems);
        using var json = JsonDocument.Parse(node.ToJson(), new JsonDocumentOptions { MaxDepth = ManifestLimits.Depth });
        var policy = MultiNetworkPolicyReader.Read(json.RootElement, ns, name);
        objects.Add(new LintObject(source, node, MultiNetworkPolicy.Kind, $"{ns}/{name}") { Policy = problems.Count == 0 ? policy : null, Problems = problems });
    }

    private void AddNamespace(ManifestNode node)
    {
        var problems = new List<Finding>();
        var annotations = WorkloadTemplate.Annotations(node.Find("metadata"), "metadata", problems);
        objects.Add(new LintObject(source, node, "Namespace", node.Find("metadata")?.TextAt("name") ?? "") { NamespaceAnnotations = annotations, Problems = problems });
    }

    private void AddPod(ManifestNode node, string kind, WorkloadTemplate template)
    {
        var problems = new List<Finding>();
        var (ns, name) = NamesOf(node.Find("metadata"));
        var pod = template.Read(ns, name, problems);
        objects.Add(new LintObject(source, node, kind, $"{ns}/{name}") { Pod = pod, Problems = problems });
    }

    private static (string Namespace, string Name) NamesOf(ManifestNode? metadata)
    {
        string ns = metadata?.TextAt("namespace") ?? "", name = metadata?.TextAt("name") ?? "";
        if (name.Length == 0)
            name = metadata?.TextAt("generateName") is { Length: > 0 } generated ? generated + "..." : "";
        return (ns.Length == 0 ? "default" : ns, name);
    }

    private static Finding Wrong(string rule, string field, string message, string suggestion) =>
        new() { Rule = rule, Severity = ProblemSeverity.Error, Field = field, Message = message, Suggestion = suggestion };
}
