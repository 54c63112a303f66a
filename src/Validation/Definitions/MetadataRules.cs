using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-NAD-033: the annotations of a definition.</summary>
internal sealed class MetadataRules : RuleSet<NetworkAttachmentDefinition>
{
    protected override void Check(NetworkAttachmentDefinition subject, RuleFindings findings)
    {
        if (!subject.Annotations.TryGetValue(AnnotationKeys.NodeSelector, out string? selector) || selector.Length == 0)
            return;
        if (NodeSelectorAnnotation.Parse(selector) is null)
        {
            findings.Warning(
                "MN-NAD-033", Place.Whole, $"{Quoted.Text(selector)} is no selector of nodes", "write key=value, such as \"kubernetes.io/os=linux\"",
                $"metadata.annotations[{AnnotationKeys.NodeSelector}]");
        }
    }
}
