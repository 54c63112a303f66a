using System.Text.Json;
using MultiNet.Kubernetes;

namespace MultiNet.Webhook.Certificates.Authorities;

/// <summary>
/// The Secret with the authorities. Every replica may write it; who was too late (409) reads what the other has written. No replica is a leader.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="key">The Secret.</param>
internal sealed class AuthorityStore(ApiServerClient api, ObjectKey key)
{
    /// <summary>The Secret's name.</summary>
    public ObjectKey Key => key;

    /// <summary>Reads the Secret as it is now.</summary>
    /// <returns>Null where there is none.</returns>
    /// <inheritdoc cref="ApiServerClient.GetAsync{T}(ResourceType{T}, ObjectKey, CancellationToken)" path="/exception"/>
    public async Task<Secret?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await api.GetAsync(ResourceTypes.Secrets, key, cancellationToken).ConfigureAwait(false);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Writes a set: into a new Secret, or over the one that was read.</summary>
    /// <param name="before">What was read; null for nothing.</param>
    /// <param name="set">What is to be there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Was it written? False: somebody else was faster, and it has to be read again.</returns>
    /// <inheritdoc cref="ApiServerClient.GetAsync{T}(ResourceType{T}, ObjectKey, CancellationToken)" path="/exception"/>
    public async Task<bool> WriteAsync(Secret? before, AuthoritySet set, CancellationToken cancellationToken)
    {
        try
        {
            if (before is null)
                await api.CreateAsync(ResourceTypes.Secrets, NewSecret(set), cancellationToken).ConfigureAwait(false);
            else
                await api.MergePatchAsync(ResourceTypes.Secrets, key, "", writer => WritePatch(writer, before, set), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (KubeApiException e) when (e.IsConflict || e.IsAlreadyExists || (e.IsNotFound && before is not null))
        {
            return false;
        }
    }

    private Secret NewSecret(AuthoritySet set)
    {
        var data = new Dictionary<string, byte[]>();
        foreach (var (name, value) in set.ToData())
        {
            if (value is not null)
                data[name] = value;
        }
        return new Secret
        {
            Metadata = new ObjectMeta
            {
                Namespace = key.Namespace, Name = key.Name, Labels = new Dictionary<string, string> { ["app.kubernetes.io/name"] = "multinet" },
            },
            Type = "Opaque",
            Data = data,
        };
    }

    private static void WritePatch(Utf8JsonWriter json, Secret before, AuthoritySet set)
    {
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        json.WriteString("uid", before.Metadata.Uid);
        json.WriteString("resourceVersion", before.Metadata.ResourceVersion);
        json.WriteStartObject("annotations");
        if (set.RotationDone.Length > 0)
            json.WriteString(AuthoritySet.RotatedAnnotation, set.RotationDone);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("data");
        foreach (var (name, value) in set.ToData())
        {
            if (value is null)
                json.WriteNull(name);
            else
                json.WriteBase64String(name, value);
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
