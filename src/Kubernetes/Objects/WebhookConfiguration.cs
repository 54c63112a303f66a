namespace MultiNet.Kubernetes;

/// <summary>Which webhooks the API server asks (admissionregistration.k8s.io/v1: validating or mutating), as far as it is used here.</summary>
public sealed record WebhookConfiguration : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>The webhooks.</summary>
    public IReadOnlyList<AdmissionWebhook>? Webhooks { get; init; }
}
