using System.Text;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>All rules for pods, and for templates of pods.</summary>
/// <param name="options">What an operator says of the cluster, and wants.</param>
public sealed class PodValidator(ValidationOptions options)
{
    private static readonly PodAnnotationRules s_annotation = new();
    private static readonly PodNetworkRules s_networks = new();
    private static readonly PodConflictRules s_conflicts = new();
    private static readonly DefaultNetworkRules s_default = new();

    /// <summary>Judges a pod. Never throws for what it holds.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="cluster">What is known of the cluster; null for nothing: then those rules are skipped, and the report says so.</param>
    public ValidationReport Validate(PodUnderReview pod, IClusterKnowledge? cluster = null)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var findings = new FindingList(options.Policy);
        if (pod.PassedOver.Length > 0)
        {
            findings.Skip($"all rules: {pod.PassedOver}");
            return findings.ToReport();
        }
        if (pod.AsksForNetworks)
        {
            CheckNetworks(pod, cluster, findings);
            CheckDefault(pod, cluster, findings);
        }
        foreach (string key in (ReadOnlySpan<string>)[AnnotationKeys.NetworkStatus, AnnotationKeys.ObsoleteNetworkStatus])
        {
            if (pod.Annotation(key).Length > 0)
            {
                findings.Add(new Finding
                {
                    Rule = "MN-POD-034", Severity = ProblemSeverity.Warning, Field = pod.PathOf(key),
                    Message = "the status is written by the meta plugin; what stands here is overwritten", Suggestion = "remove the annotation",
                });
            }
        }
        return findings.ToReport();
    }

    private void CheckNetworks(PodUnderReview pod, IClusterKnowledge? cluster, FindingList findings)
    {
        string text = pod.Annotation(AnnotationKeys.Networks), field = pod.PathOf(AnnotationKeys.Networks);
        if (text.Length == 0)
            return;
        var selection = NetworkSelectionAnnotation.Parse(text, options.PodInterface);
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        var subject = new PodSubject(pod, selection, options, cluster);
        findings.Add(selection.Problems, field);
        findings.Add(s_annotation.Validate(subject), field, utf8);
        if (cluster is { KnowsDefinitions: true })
        {
            findings.Add(s_networks.Validate(subject), field, utf8);
            CheckGrants(subject, findings);
        }
        else
            findings.Skip("rules that compare with definitions: definitions are not known");
        if (cluster is { KnowsPods: true })
            findings.Add(s_conflicts.Validate(subject), field, utf8);
        else
            findings.Skip("rules that compare with other pods: pods are not known");
    }

    private static void CheckGrants(PodSubject subject, FindingList findings)
    {
        if (subject.Cluster is not { KnowsNamespaces: false })
            return;
        foreach (var element in subject.Selection.Elements)
        {
            if (subject.DefinitionOf(element) is { } definition && new NamespaceGrant(definition).NeedsLabels(subject.Pod.Namespace))
                findings.Skip("rules that ask for the labels of namespaces: namespaces are not known");
        }
    }

    private void CheckDefault(PodUnderReview pod, IClusterKnowledge? cluster, FindingList findings)
    {
        string text = pod.Annotation(AnnotationKeys.DefaultNetwork), field = pod.PathOf(AnnotationKeys.DefaultNetwork);
        if (text.Length == 0)
            return;
        var annotation = DefaultNetworkAnnotation.Parse(text);
        findings.Add(annotation.Problems, field);
        var selection = new NetworkSelectionAnnotation(annotation.Element is { } element ? [element] : [], annotation.Problems);
        findings.Add(s_default.Validate(new PodSubject(pod, selection, options, cluster)), field, Encoding.UTF8.GetBytes(text));
    }
}
