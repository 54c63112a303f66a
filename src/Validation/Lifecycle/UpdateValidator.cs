using System.Text;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>
/// Judges changes: the new object as if it were created, the change itself, and what the old object had already as warnings
/// (<see cref="Ratchet"/>). What is being deleted is not to be judged at all: nobody can correct it.
/// </summary>
/// <param name="options">What an operator says of the cluster, and wants.</param>
public sealed class UpdateValidator(ValidationOptions options)
{
    private static readonly DefinitionUpdateRules s_definition = new();
    private static readonly PodUpdateRules s_pod = new();

    private readonly DefinitionValidator _definitions = new(options);
    private readonly PodValidator _pods = new(options);

    /// <summary>Judges a change of a definition. Never throws for what the objects hold.</summary>
    /// <param name="old">The definition as it stands.</param>
    /// <param name="definition">As it is to be.</param>
    /// <param name="cluster">What is known of the cluster; null for nothing.</param>
    public ValidationReport Validate(NetworkAttachmentDefinition old, NetworkAttachmentDefinition definition, IClusterKnowledge? cluster = null)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(definition);
        var report = Ratchet.Apply(_definitions.Validate(definition, cluster), _definitions.Validate(old, cluster));
        if (cluster is not { KnowsPods: true } || DefinitionUpdate.Of(old, definition, cluster) is not { } update)
            return report;
        var findings = new FindingList(options.Policy);
        findings.Add(s_definition.Validate(update), DefinitionSubject.ConfigField, Encoding.UTF8.GetBytes(definition.Config ?? ""));
        return report.And(findings.ToReport());
    }

    /// <summary>Judges a change of a pod. Never throws for what the objects hold.</summary>
    /// <param name="old">The pod as it stands.</param>
    /// <param name="pod">As it is to be.</param>
    /// <param name="cluster">What is known of the cluster; null for nothing.</param>
    public ValidationReport Validate(PodUnderReview old, PodUnderReview pod, IClusterKnowledge? cluster = null)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(pod);
        var report = Ratchet.Apply(_pods.Validate(WithNewStatus(old, pod), cluster), _pods.Validate(old, cluster));
        if (pod.PassedOver.Length > 0)
            return report;
        var findings = new FindingList(options.Policy);
        string networks = pod.Annotation(AnnotationKeys.Networks);
        findings.Add(s_pod.Validate(new PodUpdate(old, pod, options.PodInterface)), pod.PathOf(AnnotationKeys.Networks), Encoding.UTF8.GetBytes(networks));
        return report.And(findings.ToReport());
    }

    // The status of a running pod stands there by right: only one that is written now is a user's.
    private static PodUnderReview WithNewStatus(PodUnderReview old, PodUnderReview pod)
    {
        Dictionary<string, string>? annotations = null;
        foreach (string key in (ReadOnlySpan<string>)[AnnotationKeys.NetworkStatus, AnnotationKeys.ObsoleteNetworkStatus])
        {
            if (pod.Annotation(key).Length > 0 && pod.Annotation(key) == old.Annotation(key))
                (annotations ??= new Dictionary<string, string>(pod.Annotations, StringComparer.Ordinal)).Remove(key);
        }
        return annotations is null ? pod : pod with { Annotations = annotations };
    }
}
