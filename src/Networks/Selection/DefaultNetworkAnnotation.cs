namespace MultiNet.Networks;

/// <summary>
/// The annotation <see cref="AnnotationKeys.DefaultNetwork"/>: the network that takes the place of the cluster's default network for
/// one pod. The grammar is that of <see cref="NetworkSelectionAnnotation"/>, with exactly one element; Multus dies on an empty list.
/// </summary>
/// <param name="Element">The network; null where the text is empty or holds an error that leaves none.</param>
/// <param name="Problems">Everything that is wrong or doubtful.</param>
public sealed record DefaultNetworkAnnotation(NetworkSelectionElement? Element, IReadOnlyList<Problem> Problems)
{
    /// <summary>May the element be acted upon?</summary>
    public bool IsValid => !Problems.HasErrors();

    /// <summary>Reads the annotation. Never throws for what the text holds. An empty text asks for nothing.</summary>
    /// <param name="text">The annotation's value.</param>
    public static DefaultNetworkAnnotation Parse(string text)
    {
        var (elements, problems) = NetworkSelectionAnnotation.Parse(text, "", NetworkSelectionForm.DefaultNetwork);
        return new DefaultNetworkAnnotation(elements.Count == 1 ? elements[0] : null, problems);
    }
}
