using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-POD rules that need nothing but the pod.</summary>
internal sealed class PodAnnotationRules : RuleSet<PodSubject>
{
    protected override void Check(PodSubject subject, RuleFindings findings)
    {
        var pod = subject.Pod;
        if (pod.HostNetwork)
            findings.Warning("MN-POD-021", Place.Whole, "the pod has the host's network: no plugin is called, and the networks are not attached", "remove \"hostNetwork\", or the annotation");
        CheckRepetitions(subject, findings);
        CheckHostPorts(subject, findings);
        foreach (var element in subject.Selection.Elements)
        {
            CheckFixed(subject, element, findings);
            CheckNamespace(subject, element, findings);
        }
    }

    private static void CheckRepetitions(PodSubject subject, RuleFindings findings)
    {
        var seen = new Dictionary<string, NetworkSelectionElement>(StringComparer.Ordinal);
        foreach (var element in subject.Selection.Elements)
        {
            if (element.Name.Length == 0 || seen.TryAdd(element.QualifiedName(subject.Pod.Namespace), element))
                continue;
            var first = seen[element.QualifiedName(subject.Pod.Namespace)];
            if (element.Interface.Length == 0 || first.Interface.Length == 0)
            {
                findings.Warning(
                    "MN-POD-010", subject.Selection.PlaceOf(element, "name"), $"the network {element.Name} is also asked for by {first.Path}; without names for both interfaces a later change cannot tell them apart",
                    "name the interfaces");
            }
        }
    }

    private static void CheckHostPorts(PodSubject subject, RuleFindings findings)
    {
        foreach (var element in subject.Selection.Elements)
        {
            foreach (var mapping in element.PortMappings)
            {
                if (subject.Pod.HostPorts.Contains((mapping.HostPort, mapping.Protocol)))
                    findings.Warning("MN-POD-042", subject.Selection.PlaceOf(element, "portMappings"), $"host port {mapping.HostPort}/{mapping.Protocol} is also a container's \"hostPort\"", "choose another");
            }
        }
    }

    private static void CheckFixed(PodSubject subject, NetworkSelectionElement element, RuleFindings findings)
    {
        if (subject.Pod.Replicas <= 1)
            return;
        foreach (var (key, isSet) in ((string, bool)[])[("ips", element.Ips.Count > 0), ("mac", element.Mac.Length > 0)])
        {
            if (isSet)
                findings.Warning("MN-POD-030", subject.Selection.PlaceOf(element, key), $"every pod of this template asks for the same \"{key}\"", "one replica, or an IPAM plugin that chooses");
        }
    }

    private static void CheckNamespace(PodSubject subject, NetworkSelectionElement element, RuleFindings findings)
    {
        string ns = element.Namespace;
        if (subject.Options.NamespaceIsolation && ns.Length > 0 && ns != subject.Pod.Namespace && !subject.Options.GlobalNamespaces.Contains(ns))
        {
            findings.Error(
                "MN-POD-024", subject.Selection.PlaceOf(element, "namespace"),
                $"namespaces are isolated: a pod of {subject.Pod.Namespace} cannot use {Quoted.Text($"{ns}/{element.Name}")}", "use a definition of the pod's own namespace");
        }
    }
}
