using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-POD-022 to 025 for the annotation that replaces the cluster's default network.</summary>
internal sealed class DefaultNetworkRules : RuleSet<PodSubject>
{
    protected override void Check(PodSubject subject, RuleFindings findings)
    {
        if (subject.Selection.Elements is not [{ Name.Length: > 0 } element])
            return;
        string ns = element.Namespace.Length == 0 ? subject.Options.MultusNamespace : element.Namespace;
        if (subject.Options.NamespaceIsolation && ns != subject.Pod.Namespace && !subject.Options.GlobalNamespaces.Contains(ns))
            findings.Error("MN-POD-024", Place.Whole, $"namespaces are isolated: a pod of {subject.Pod.Namespace} cannot use {Quoted.Text($"{ns}/{element.Name}")}", "use a definition of the pod's own namespace");
        if (subject.Cluster is not { KnowsDefinitions: true } cluster)
            return;
        if (cluster.FindDefinition(ns, element.Name) is { } definition)
            PodNetworkRules.CheckMayUse(subject, definition, Place.Whole, findings);
        else if (cluster.KnowsAllDefinitions)
            findings.Error("MN-POD-022", Place.Whole, $"there is no definition {ns}/{element.Name}");
        else
            findings.Warning("MN-POD-022", Place.Whole, $"the definition {ns}/{element.Name} is not among those given");
    }
}
