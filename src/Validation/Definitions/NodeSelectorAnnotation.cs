using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>The annotation <see cref="AnnotationKeys.NodeSelector"/> of a definition: labels of the nodes on which the network is to be had.</summary>
public static class NodeSelectorAnnotation
{
    /// <summary>Reads <c>key=value[,key=value...]</c>.</summary>
    /// <returns>The labels, all of which a node must have, in the order of the text; none for an empty text, null for one that is no selector.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>>? Parse(string? text)
    {
        var labels = new List<KeyValuePair<string, string>>();
        if (string.IsNullOrWhiteSpace(text))
            return labels;
        foreach (string part in text.Split(','))
        {
            int equals = part.IndexOf('=');
            if (equals <= 0)
                return null;
            string key = part[..equals].Trim(), value = part[(equals + 1)..].Trim();
            if (!KubernetesName.IsQualified(key) || !KubernetesName.IsLabelValue(value))
                return null;
            labels.Add(new(key, value));
        }
        return labels;
    }
}
