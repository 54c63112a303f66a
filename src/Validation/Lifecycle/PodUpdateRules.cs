using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-POD-035, 036: what changes in a pod that runs.</summary>
internal sealed class PodUpdateRules : RuleSet<PodUpdate>
{
    protected override void Check(PodUpdate subject, RuleFindings findings)
    {
        var (old, pod) = (subject.Old, subject.Pod);
        if (!old.IsScheduled || old.HostNetwork)
            return;
        if (old.Annotation(AnnotationKeys.DefaultNetwork) != pod.Annotation(AnnotationKeys.DefaultNetwork))
        {
            findings.Warning(
                "MN-POD-036", Place.Whole, "the pod runs already: its default network stays what it is", "make the pod anew", pod.PathOf(AnnotationKeys.DefaultNetwork));
        }
        if (old.Annotation(AnnotationKeys.Networks) != pod.Annotation(AnnotationKeys.Networks))
            CheckNetworks(subject, findings);
    }

    private static void CheckNetworks(PodUpdate subject, RuleFindings findings)
    {
        var before = NetworkSelectionAnnotation.Parse(subject.Old.Annotation(AnnotationKeys.Networks), subject.PodInterface);
        var after = NetworkSelectionAnnotation.Parse(subject.Pod.Annotation(AnnotationKeys.Networks), subject.PodInterface);
        if (!before.IsValid || !after.IsValid)
            return;
        var asked = new Dictionary<(string, string), string>();
        foreach (var element in before.Elements)
        {
            // Of two that are alike it is not certain which is which.
            if (!asked.TryAdd(KeyOf(subject, element), SelectionRequest.Of(element)))
                asked[KeyOf(subject, element)] = "";
        }
        foreach (var element in after.Elements)
        {
            if (asked.TryGetValue(KeyOf(subject, element), out string? request) && request.Length > 0 && request != SelectionRequest.Of(element))
            {
                findings.Warning(
                    "MN-POD-035", after.PlaceOf(element, "name"), $"the pod runs already: to change what it asks of {element.Name}, its interface is taken away and made anew",
                    "connections over it break");
            }
        }
    }

    private static (string Network, string Interface) KeyOf(PodUpdate subject, NetworkSelectionElement element) =>
        (element.QualifiedName(subject.Pod.Namespace), element.Interface);
}
