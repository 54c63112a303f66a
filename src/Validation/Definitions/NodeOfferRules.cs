using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-SR-007: devices that no node has. Needs to know the nodes.</summary>
internal sealed class NodeOfferRules : RuleSet<DefinitionSubject>
{
    protected override void Check(DefinitionSubject subject, RuleFindings findings)
    {
        string resource = subject.Definition.ResourceName;
        if (resource.Length == 0 || subject.Cluster!.IsOffered(resource))
            return;
        findings.Warning(
            "MN-SR-007", Place.Whole, $"no node offers {Quoted.Text(resource)} now: pods that ask for it wait until one does", "see the device plugin's configuration and log",
            $"metadata.annotations[{AnnotationKeys.ResourceName}]");
    }
}
