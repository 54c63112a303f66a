namespace MultiNet.Kubernetes;

/// <summary>One webhook of a <see cref="WebhookConfiguration"/>, as far as it is used here.</summary>
public sealed record AdmissionWebhook
{
    /// <summary>The name, unique in its configuration: <c>pods.multinet.io</c>.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>How it is reached.</summary>
    public WebhookClientConfig ClientConfig { get => field ?? new(); init; }
}
