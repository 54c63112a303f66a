using System.Globalization;
using System.Text.Json;
using MultiNet.Meta.Sources.Manifests;
using MultiNet.Networks;
using MultiNet.Validation;

namespace MultiNet.Meta.CommandLine.Lint;

/// <summary>The part of an object that describes pods: the pod itself, or a workload's template.</summary>
/// <param name="Metadata">The metadata of the pods; null where there is none.</param>
/// <param name="MetadataPath">Its path.</param>
/// <param name="Spec">The pods' specification; null where there is none.</param>
/// <param name="Replicas">How many pods are made at the same time.</param>
internal sealed record WorkloadTemplate(ManifestNode? Metadata, string MetadataPath, ManifestNode? Spec, int Replicas)
{
    /// <summary>The rule for objects that are no objects of their kind.</summary>
    public const string Malformed = "MN-FILE-002";

    /// <summary>The template of an object; null for a kind that has none.</summary>
    public static WorkloadTemplate? Of(string kind, ManifestNode root)
    {
        if (PodTemplatePath.Of(kind) is not { } path)
            return null;
        var template = root.At([.. path.Keys]);
        int replicas = path.Replicas.Count == 0 ? path.ImpliedReplicas : Number(root.At([.. path.Replicas]), path.ImpliedReplicas);
        return new WorkloadTemplate(template?.Find("metadata"), path.MetadataPath, template?.Find("spec"), replicas);
    }

    /// <summary>Reads what the rules look at.</summary>
    public PodUnderReview Read(string @namespace, string name, List<Finding> problems)
    {
        var pod = new PodUnderReview
        {
            Namespace = @namespace,
            Name = name,
            MetadataPath = MetadataPath,
            Annotations = Annotations(Metadata, MetadataPath, problems),
            Replicas = Replicas,
        };
        if (Spec is null)
            return pod;
        using var spec = JsonDocument.Parse(Spec.ToJson(), new JsonDocumentOptions { MaxDepth = ManifestLimits.Depth });
        return PodReader.WithSpec(pod, spec.RootElement);
    }

    /// <summary>Annotations that are strings; each other is told.</summary>
    public static IReadOnlyDictionary<string, string> Annotations(ManifestNode? metadata, string path, List<Finding> problems)
    {
        var annotations = Texts(metadata?.Find("annotations"));
        foreach (var (key, value) in metadata?.Find("annotations")?.Members ?? [])
        {
            if (value.Kind is ManifestNodeKind.String or ManifestNodeKind.Null)
                continue;
            problems.Add(new Finding
            {
                Rule = Malformed, Severity = ProblemSeverity.Error, Field = $"{path}.annotations[{key}]", Message = $"an annotation is a string, found {value.Describe()}",
                Suggestion = value.Kind is ManifestNodeKind.Sequence or ManifestNodeKind.Mapping ? "write its JSON as text: after \"|\" on the following lines, or in single quotes" : "quote it",
            });
        }
        return annotations;
    }

    private static Dictionary<string, string> Texts(ManifestNode? mapping)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping?.Members ?? [])
        {
            if (value.Kind == ManifestNodeKind.String)
                texts[key] = value.Text;
        }
        return texts;
    }

    private static int Number(ManifestNode? node, int fallback) =>
        node is { Kind: ManifestNodeKind.Number } && int.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : fallback;
}
