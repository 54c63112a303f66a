using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-POD-028, 029: addresses that another pod has. Needs to know the pods.</summary>
internal sealed class PodConflictRules : RuleSet<PodSubject>
{
    protected override void Check(PodSubject subject, RuleFindings findings)
    {
        foreach (var element in subject.Selection.Elements)
        {
            if (element.Name.Length == 0 || (element.Ips.Count == 0 && element.Mac.Length == 0))
                continue;
            foreach (var held in subject.Cluster!.AttachmentsOf(element.QualifiedName(subject.Pod.Namespace)))
            {
                if (findings.IsFull)
                    return;
                if (held.Namespace != subject.Pod.Namespace || held.Pod != subject.Pod.Name)
                    Compare(subject, element, held, findings);
            }
        }
    }

    private static void Compare(PodSubject subject, NetworkSelectionElement element, HeldAttachment held, RuleFindings findings)
    {
        foreach (var ip in element.Ips)
        {
            if (held.Ips.Contains(ip.Address.ToString()))
                findings.Warning("MN-POD-028", subject.Selection.PlaceOf(element, "ips"), $"{ip.Address} is already used on {element.Name} by pod {held.Namespace}/{held.Pod}", "choose another");
        }
        if (element.Mac.Length > 0 && element.Mac == held.Mac)
            findings.Warning("MN-POD-029", subject.Selection.PlaceOf(element, "mac"), $"{element.Mac} is already used on {element.Name} by pod {held.Namespace}/{held.Pod}", "choose another");
    }
}
