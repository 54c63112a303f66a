using System.Text.Json;

namespace MultiNet.Kubernetes;

/// <content>Objects that are made.</content>
public sealed partial class ApiServerClient
{
    /// <summary>Makes an object. It is sent once: nobody knows whether one that got no answer was made.</summary>
    /// <inheritdoc cref="GetAsync{T}(string, System.Text.Json.Serialization.Metadata.JsonTypeInfo{T}, CancellationToken)" path="/exception"/>
    public Task<T> CreateAsync<T>(ResourceType<T> type, T item, CancellationToken cancellationToken)
        where T : class, IKubernetesObject => CreateAsync(
            ApiPath.Collection(type.GroupVersion, type.Plural, item.Metadata.Namespace), JsonSerializer.SerializeToUtf8Bytes(item, type.Item), type.Item, cancellationToken);
}
