namespace MultiNet.Webhook.Configuration;

/// <summary>The object <c>certificates</c> of the configuration.</summary>
internal sealed record CertificateConfig
{
    /// <summary><c>mode</c>.</summary>
    public CertificateMode Mode { get; init; }

    /// <summary><c>certFile</c>: with <c>files</c>, the certificate and what is between it and its authority, in PEM.</summary>
    public string CertFile { get; init; } = "/etc/multinet/webhook-certificate/tls.crt";

    /// <summary><c>keyFile</c>: with <c>files</c>, the key in PEM.</summary>
    public string KeyFile { get; init; } = "/etc/multinet/webhook-certificate/tls.key";

    /// <summary><c>secretNamespace</c>: the namespace of the webhook's own objects: the secret, and the service.</summary>
    public string SecretNamespace { get; init; } = "multinet-webhook";

    /// <summary><c>secretName</c>: with <c>self</c>, the secret with the authority that the replicas share.</summary>
    public string SecretName { get; init; } = "multinet-webhook-ca";

    /// <summary><c>serviceName</c>: the service by which the API server calls; the certificate must be for it.</summary>
    public string ServiceName { get; init; } = "multinet-webhook";

    /// <summary><c>webhookConfigurations</c>: with <c>self</c>, the names of the webhook configurations whose <c>caBundle</c> is kept right.</summary>
    public IReadOnlyList<string> WebhookConfigurations { get; init; } = ["multinet-webhook"];

    /// <summary>The name by which the API server calls: <c>multinet-webhook.multinet-webhook.svc</c>.</summary>
    public string HostName => $"{ServiceName}.{SecretNamespace}.svc";
}
