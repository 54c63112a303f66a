using MultiNet.Kubernetes;
using MultiNet.Webhook.Certificates.Authorities;

namespace MultiNet.Webhook.Certificates.Bundles;

/// <summary>What a webhook configuration said of the authorities when it was read.</summary>
/// <param name="Type">Validating or mutating.</param>
/// <param name="Configuration">The configuration.</param>
internal sealed record PublishedBundle(ResourceType<WebhookConfiguration> Type, WebhookConfiguration Configuration)
{
    /// <summary>Have all its webhooks this bundle?</summary>
    public bool Is(ReadOnlySpan<byte> bundle)
    {
        foreach (var webhook in Configuration.Webhooks ?? [])
        {
            if (!bundle.SequenceEqual(webhook.ClientConfig.CaBundle))
                return false;
        }
        return true;
    }

    /// <summary>The authorities that all its webhooks have.</summary>
    public IReadOnlyList<CertificateAuthority> Authorities()
    {
        IReadOnlyList<CertificateAuthority>? common = null;
        foreach (var webhook in Configuration.Webhooks ?? [])
        {
            var found = CertificateAuthority.ReadBundle(webhook.ClientConfig.CaBundle);
            common = common is null ? found : [.. common.Where(c => found.Any(f => f.Id == c.Id))];
        }
        return common ?? [];
    }
}
