using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-NAD-033: the annotations of a definition.</summary>
internal sealed class MetadataRules : RuleSet<NetworkAttachmentDefinition>
{
    protected override void Check(NetworkAttachmentDefinition subject, RuleFindings findings)
    {
        if (!subject.Annotations.TryGetValue(AnnotationKeys.NodeSelector, out string? selector) || selector.Length == 0)
            return;
        foreach (string part in selector.Split(','))
        {
            int equals = part.IndexOf('=');
            if (equals > 0 && IsLabelKey(part[..equals].Trim()) && IsLabelValue(part[(equals + 1)..].Trim()))
                continue;
            findings.Warning(
                "MN-NAD-033", Place.Whole, $"{Quoted.Text(selector)} is no selector of nodes", "write key=value, such as \"kubernetes.io/os=linux\"",
                $"metadata.annotations[{AnnotationKeys.NodeSelector}]");
            return;
        }
    }

    private static bool IsLabelKey(string key)
    {
        int slash = key.IndexOf('/');
        return (slash < 0 || KubernetesName.IsSubdomain(key.AsSpan(0, slash))) && key.Length > slash + 1 && IsLabelValue(key[(slash + 1)..]);
    }

    private static bool IsLabelValue(string value)
    {
        if (value.Length == 0)
            return true;
        bool valid = value.Length <= KubernetesName.MaxLabel && char.IsAsciiLetterOrDigit(value[0]) && char.IsAsciiLetterOrDigit(value[^1]);
        foreach (char c in value)
            valid &= char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
        return valid;
    }
}
