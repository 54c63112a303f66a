using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-POD-028, 029: addresses that another pod has. Needs to know the pods.</summary>
internal sealed class PodConflictRules : RuleSet<PodSubject>
{
    protected override void Check(PodSubject subject, RuleFindings findings)
    {
        foreach (var element in subject.Selection.Elements)
        {
            if (element.Name.Length == 0)
                continue;
            foreach (var ip in element.Ips)
                Check(subject, element, "MN-POD-028", "ips", ip.Address.ToString(), findings);
            if (element.Mac.Length > 0)
                Check(subject, element, "MN-POD-029", "mac", element.Mac, findings);
        }
    }

    private static void Check(PodSubject subject, NetworkSelectionElement element, string rule, string key, string address, RuleFindings findings)
    {
        foreach (var held in subject.Cluster!.HoldersOf(element.QualifiedName(subject.Pod.Namespace), address))
        {
            if (held.Namespace == subject.Pod.Namespace && held.Pod == subject.Pod.Name)
                continue;
            findings.Warning(rule, subject.Selection.PlaceOf(element, key), $"{address} is already used on {element.Name} by pod {held.Namespace}/{held.Pod}", "choose another");
            return;
        }
    }
}
