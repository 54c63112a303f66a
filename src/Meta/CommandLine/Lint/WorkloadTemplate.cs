using System.Globalization;
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
    public static WorkloadTemplate? Of(string kind, ManifestNode root) => kind switch
    {
        "Pod" => new WorkloadTemplate(root.Find("metadata"), "metadata", root.Find("spec"), 1),
        "Deployment" or "StatefulSet" or "ReplicaSet" or "ReplicationController" =>
            new WorkloadTemplate(root.At("spec", "template", "metadata"), "spec.template.metadata", root.At("spec", "template", "spec"), Number(root.At("spec", "replicas"))),
        "DaemonSet" => new WorkloadTemplate(root.At("spec", "template", "metadata"), "spec.template.metadata", root.At("spec", "template", "spec"), int.MaxValue),
        "Job" => new WorkloadTemplate(root.At("spec", "template", "metadata"), "spec.template.metadata", root.At("spec", "template", "spec"), Number(root.At("spec", "parallelism"))),
        "CronJob" => new WorkloadTemplate(
            root.At("spec", "jobTemplate", "spec", "template", "metadata"), "spec.jobTemplate.spec.template.metadata", root.At("spec", "jobTemplate", "spec", "template", "spec"),
            Number(root.At("spec", "jobTemplate", "spec", "parallelism"))),
        _ => null,
    };

    /// <summary>Reads what the rules look at.</summary>
    public PodUnderReview Read(string @namespace, string name, List<Finding> problems) => new()
    {
        Namespace = @namespace,
        Name = name,
        MetadataPath = MetadataPath,
        Annotations = Annotations(Metadata, MetadataPath, problems),
        Replicas = Replicas,
        HostNetwork = Spec?.Find("hostNetwork") is { Kind: ManifestNodeKind.Boolean, Text: "true" },
        NodeSelector = Texts(Spec?.Find("nodeSelector")),
        HostPorts = ReadHostPorts(),
        Resources = ReadResources(),
        HasResourceClaims = Spec?.Find("resourceClaims") is { Items.Count: > 0 },
    };

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

    private List<(int, string)> ReadHostPorts()
    {
        var ports = new List<(int, string)>();
        foreach (var container in Containers())
        {
            foreach (var port in container.Find("ports")?.Items ?? [])
            {
                if (port.Find("hostPort") is { Kind: ManifestNodeKind.Number } number && int.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int hostPort))
                    ports.Add((hostPort, port.TextAt("protocol") is { Length: > 0 } protocol ? protocol.ToLowerInvariant() : "tcp"));
            }
        }
        return ports;
    }

    private Dictionary<string, long> ReadResources()
    {
        var resources = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var container in Containers())
        {
            foreach (var (resource, amount) in container.At("resources", "limits")?.Members ?? container.At("resources", "requests")?.Members ?? [])
            {
                // Devices come in whole numbers.
                if (long.TryParse(amount.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long count))
                    resources[resource] = resources.GetValueOrDefault(resource) + count;
            }
        }
        return resources;
    }

    private IEnumerable<ManifestNode> Containers()
    {
        foreach (string key in (string[])["containers", "initContainers"])
        {
            foreach (var container in Spec?.Find(key)?.Items ?? [])
                yield return container;
        }
    }

    private static int Number(ManifestNode? node) =>
        node is { Kind: ManifestNodeKind.Number } && int.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 1;
}
