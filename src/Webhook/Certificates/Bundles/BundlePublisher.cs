using System.Text.Json;
using MultiNet.Kubernetes;

namespace MultiNet.Webhook.Certificates.Bundles;

/// <summary>
/// Keeps <c>caBundle</c> right in the webhook configurations of given names. Nothing else of them is touched, and one that is not there is
/// nobody's fault: it may come later.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="names">The names; each may be that of a validating configuration, of a mutating one, or both. All webhooks in them are ours.</param>
internal sealed class BundlePublisher(ApiServerClient api, IReadOnlyList<string> names)
{
    /// <summary>The kinds that a name may stand for.</summary>
    public static IReadOnlyList<ResourceType<WebhookConfiguration>> Types { get; } = [ResourceTypes.ValidatingWebhookConfigurations, ResourceTypes.MutatingWebhookConfigurations];

    /// <summary>Reads the configurations that there are.</summary>
    /// <inheritdoc cref="ApiServerClient.GetAsync{T}(ResourceType{T}, ObjectKey, CancellationToken)" path="/exception"/>
    public async Task<IReadOnlyList<PublishedBundle>> ReadAsync(CancellationToken cancellationToken)
    {
        var found = new List<PublishedBundle>();
        foreach (var type in Types)
        {
            foreach (string name in names)
            {
                try
                {
                    found.Add(new PublishedBundle(type, await api.GetAsync(type, new ObjectKey("", name), cancellationToken).ConfigureAwait(false)));
                }
                catch (KubeApiException e) when (e.IsNotFound)
                {
                    // Not registered (yet).
                }
            }
        }
        return found;
    }

    /// <summary>Gives a configuration this bundle, where it is still the one that was read.</summary>
    /// <returns>What it says now; null where it has changed meanwhile, or is gone, and must be read again.</returns>
    /// <inheritdoc cref="ApiServerClient.GetAsync{T}(ResourceType{T}, ObjectKey, CancellationToken)" path="/exception"/>
    public async Task<PublishedBundle?> PublishAsync(PublishedBundle read, byte[] bundle, CancellationToken cancellationToken)
    {
        if (read.Is(bundle))
            return read;
        try
        {
            var configuration = await api.StrategicMergePatchAsync(
                read.Type, ObjectKey.Of(read.Configuration), writer => WritePatch(writer, read.Configuration, bundle), cancellationToken).ConfigureAwait(false);
            return read with { Configuration = configuration };
        }
        catch (KubeApiException e) when (e.IsConflict || e.IsNotFound)
        {
            return null;
        }
    }

    // Webhooks are found by their names, so that what else they say stays as it is; the version sees to it that none is added for a name that
    // is there no more.
    private static void WritePatch(Utf8JsonWriter json, WebhookConfiguration configuration, byte[] bundle)
    {
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        json.WriteString("uid", configuration.Metadata.Uid);
        json.WriteString("resourceVersion", configuration.Metadata.ResourceVersion);
        json.WriteEndObject();
        json.WriteStartArray("webhooks");
        foreach (var webhook in configuration.Webhooks ?? [])
        {
            if (bundle.AsSpan().SequenceEqual(webhook.ClientConfig.CaBundle))
                continue;
            json.WriteStartObject();
            json.WriteString("name", webhook.Name);
            json.WriteStartObject("clientConfig");
            json.WriteBase64String("caBundle", bundle);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
