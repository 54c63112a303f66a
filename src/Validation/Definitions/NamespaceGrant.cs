using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>
/// Whose pods may use a definition: the annotations <see cref="AnnotationKeys.AllowedNamespaces"/> and
/// <see cref="AnnotationKeys.AllowedNamespaceLabels"/>. One of the two that allows is enough; without both everybody may. The definition's own
/// namespace always may.
/// </summary>
/// <param name="definition">The definition.</param>
internal sealed class NamespaceGrant(NetworkAttachmentDefinition definition)
{
    private readonly string? _names = Annotation(definition, AnnotationKeys.AllowedNamespaces), _labels = Annotation(definition, AnnotationKeys.AllowedNamespaceLabels);

    /// <summary>Must the labels of a namespace be known to decide about it?</summary>
    public bool NeedsLabels(string @namespace) => _labels is not null && @namespace != definition.Namespace && !IsNamed(@namespace);

    /// <summary>May pods of the namespace use it? True where that is not known.</summary>
    public bool Allows(string @namespace, IClusterKnowledge cluster)
    {
        if (@namespace == definition.Namespace || (_names is null && _labels is null) || IsNamed(@namespace))
            return true;
        if (_labels is null)
            return false;
        return !cluster.KnowsNamespaces || cluster.FindNamespace(@namespace) is not { } facts || HasLabels(facts.Labels);
    }

    private bool IsNamed(string @namespace) =>
        _names is not null && ValidationOptions.Matches(_names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), @namespace);

    // key=value, or key: it must be there.
    private bool HasLabels(IReadOnlyDictionary<string, string> labels)
    {
        foreach (string part in _labels!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=');
            string key = equals < 0 ? part : part[..equals].Trim();
            if (!labels.TryGetValue(key, out string? value) || (equals >= 0 && value != part[(equals + 1)..].Trim()))
                return false;
        }
        return true;
    }

    private static string? Annotation(NetworkAttachmentDefinition definition, string key) =>
        definition.Annotations.TryGetValue(key, out string? value) && !string.IsNullOrWhiteSpace(value) ? value : null;
}
