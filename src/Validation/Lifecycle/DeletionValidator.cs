using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>The rules for deleting a definition.</summary>
/// <param name="options">What an operator says of the cluster, and wants.</param>
public sealed class DeletionValidator(ValidationOptions options)
{
    /// <summary>
    /// Judges a deletion. Never an error in a namespace that is being deleted, or where that is not known; nor for the garbage collector, the
    /// controller of namespaces, a definition that is being deleted already or has <see cref="AnnotationKeys.ForceDelete"/>: not even by policy.
    /// </summary>
    /// <param name="definition">The definition.</param>
    /// <param name="deletion">The request.</param>
    /// <param name="cluster">What is known of the cluster; null for nothing.</param>
    public ValidationReport Validate(NetworkAttachmentDefinition definition, Deletion deletion, IClusterKnowledge? cluster = null)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(deletion);
        var findings = new FindingList(options.Policy);
        if (cluster is not { KnowsPods: true })
            findings.Skip("rules that ask who uses a definition: pods are not known");
        else if (PodNames.Of(cluster.AttachmentsOf(definition.QualifiedName)) is { Count: > 0 } users)
        {
            findings.Add(Found(
                "MN-DEL-001", ProblemSeverity.Warning, $"{users.UseTheNetwork}; those that are made anew will fail",
                $"delete the pods first, or annotate the definition with {AnnotationKeys.ForceDelete}: \"true\""));
        }
        if (cluster?.TemplatesNaming(definition.QualifiedName) is { } templates)
            CheckTemplates(templates, findings);
        if (options.DefaultNetworks.Contains(definition.QualifiedName))
        {
            findings.Add(Found(
                "MN-DEL-003", ProblemSeverity.Error, $"every pod gets {definition.QualifiedName}: without it no pod of the cluster starts",
                $"take it out of the configuration first, or annotate the definition with {AnnotationKeys.ForceDelete}: \"true\""));
        }
        var report = findings.ToReport();
        return report.IsAllowed || !MustPass(definition, deletion, cluster) ? report : report.AsWarnings();
    }

    private static void CheckTemplates(TemplateUse templates, FindingList findings)
    {
        if (templates.Missing.Length > 0)
            findings.Skip($"MN-DEL-002: {templates.Missing}");
        if (templates.Count == 0)
            return;
        string more = templates.Count > templates.Named.Count ? $" and {templates.Count - templates.Named.Count} more" : "";
        findings.Add(Found(
            "MN-DEL-002", ProblemSeverity.Warning,
            $"{templates.Count} {(templates.Count == 1 ? "workload names" : "workloads name")} the network ({string.Join(", ", templates.Named)}{more}); pods that they make will fail",
            "take the network out of their templates first"));
    }

    private static bool MustPass(NetworkAttachmentDefinition definition, Deletion deletion, IClusterKnowledge? cluster) =>
        deletion.IsUnderWay || deletion.IsOfCollector
        || (definition.Annotations.TryGetValue(AnnotationKeys.ForceDelete, out string? force) && force == "true")
        // One that is not among them has gone in this moment.
        || cluster is not { KnowsNamespaces: true } || cluster.FindNamespace(definition.Namespace) is null or { IsTerminating: true };

    private static Finding Found(string rule, ProblemSeverity severity, string message, string suggestion) =>
        new() { Rule = rule, Severity = severity, Message = message, Suggestion = suggestion };
}
