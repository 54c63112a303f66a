using System.Globalization;
using System.Text.Json;

namespace MultiNet.Kubernetes;

/// <content>Objects of known kinds.</content>
public sealed partial class ApiServerClient
{
    private const int PageSize = 500;

    /// <summary>Reads an object.</summary>
    /// <inheritdoc cref="GetAsync{T}(string, System.Text.Json.Serialization.Metadata.JsonTypeInfo{T}, CancellationToken)" path="/exception"/>
    public Task<T> GetAsync<T>(ResourceType<T> type, ObjectKey key, CancellationToken cancellationToken)
        where T : class, IKubernetesObject => GetAsync(ApiPath.Object(type.GroupVersion, type.Plural, key.Namespace, key.Name), type.Item, cancellationToken);

    /// <summary>
    /// Changes an object by a merge patch. With <c>metadata.uid</c> in the patch, one that was made anew under the same name is refused
    /// (<see cref="KubeApiException.IsOfAnotherUid"/>) and not changed.
    /// </summary>
    /// <param name="type">The kind.</param>
    /// <param name="key">The object.</param>
    /// <param name="subresource"><c>status</c>, or empty.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <inheritdoc cref="GetAsync{T}(string, System.Text.Json.Serialization.Metadata.JsonTypeInfo{T}, CancellationToken)" path="/exception"/>
    public Task<T> MergePatchAsync<T>(ResourceType<T> type, ObjectKey key, string subresource, Action<Utf8JsonWriter> patch, CancellationToken cancellationToken)
        where T : class, IKubernetesObject => MergePatchAsync(
            ApiPath.Object(type.GroupVersion, type.Plural, key.Namespace, key.Name, subresource), Written(patch), type.Item, cancellationToken);

    /// <summary>
    /// Changes an object of a built-in kind by a strategic merge patch: items of its lists are found by their key (<c>name</c>), and no other item or
    /// field is touched. With <c>metadata.resourceVersion</c> in the patch, an object that has changed meanwhile is refused (409).
    /// </summary>
    /// <param name="type">The kind.</param>
    /// <param name="key">The object.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <inheritdoc cref="GetAsync{T}(string, System.Text.Json.Serialization.Metadata.JsonTypeInfo{T}, CancellationToken)" path="/exception"/>
    public Task<T> StrategicMergePatchAsync<T>(ResourceType<T> type, ObjectKey key, Action<Utf8JsonWriter> patch, CancellationToken cancellationToken)
        where T : class, IKubernetesObject => StrategicMergePatchAsync(
            ApiPath.Object(type.GroupVersion, type.Plural, key.Namespace, key.Name), Written(patch), type.Item, cancellationToken);

    /// <summary>
    /// Lists objects, page by page. Where the server has forgotten the version of the first page before the last one was read (410), all is
    /// listed again in one go.
    /// </summary>
    /// <param name="type">The kind.</param>
    /// <param name="selector">Which of them.</param>
    /// <param name="resourceVersion">"" for what holds now; "0" for whatever the server has at hand; else at least that version.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>All items, and the version of the list.</returns>
    /// <inheritdoc cref="GetAsync{T}(string, System.Text.Json.Serialization.Metadata.JsonTypeInfo{T}, CancellationToken)" path="/exception"/>
    public async Task<ObjectList<T>> ListAsync<T>(ResourceType<T> type, ListSelector selector, string resourceVersion, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var items = new List<T>();
        var metadata = await ListAsync(type, selector, resourceVersion, PageSize, items.AddRange, items.Clear, cancellationToken).ConfigureAwait(false);
        return new ObjectList<T> { Metadata = metadata, Items = items };
    }

    /// <summary>Lists objects, page by page, for who does not want to hold them all.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="selector">Which of them.</param>
    /// <param name="resourceVersion">As above. With "0" most servers answer in one page.</param>
    /// <param name="pageSize">How many objects a page has.</param>
    /// <param name="take">Takes a page.</param>
    /// <param name="again">Called where all begins again, because the server has forgotten the version of the first page.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What the list says of itself: its version.</returns>
    /// <inheritdoc cref="GetAsync{T}(string, System.Text.Json.Serialization.Metadata.JsonTypeInfo{T}, CancellationToken)" path="/exception"/>
    public async Task<ListMeta> ListAsync<T>(
        ResourceType<T> type, ListSelector selector, string resourceVersion, int pageSize, Action<IReadOnlyList<T>> take, Action again, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        string next = "";
        bool paged = true;
        while (true)
        {
            try
            {
                // The version belongs to the first page; the rest is told by "continue".
                string path = selector.Path(
                    type, ("limit", paged ? pageSize.ToString(CultureInfo.InvariantCulture) : ""), ("continue", next), ("resourceVersion", next.Length == 0 ? resourceVersion : ""));
                var page = await GetAsync(path, type.List, cancellationToken).ConfigureAwait(false);
                take(page.Items ?? []);
                next = page.Metadata.Continue;
                if (next.Length == 0)
                    return page.Metadata;
            }
            catch (KubeApiException e) when (e.IsExpired && next.Length > 0)
            {
                again();
                next = "";
                paged = false;
            }
        }
    }

    private static byte[] Written(Action<Utf8JsonWriter> patch)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            patch(writer);
        return buffer.ToArray();
    }
}
