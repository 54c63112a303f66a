namespace MultiNet.Kubernetes;

/// <summary>How the API server reaches a webhook, as far as it is used here.</summary>
public sealed record WebhookClientConfig
{
    /// <summary>The authorities, in PEM, of which one must have signed the webhook's certificate; null or empty: those that the API server's machine trusts.</summary>
    public byte[]? CaBundle { get; init; }
}
