using MultiNet.Kubernetes;
using Definition = MultiNet.Networks.NetworkAttachmentDefinition;

namespace MultiNet.Meta.Sources.Cluster;

/// <summary>
/// Pods and definitions from the API server: one request for the pod, then one for each definition, side by side. Nothing is asked twice.
/// </summary>
public sealed class ClusterSource : IPodNetworkSource
{
    private readonly ClusterApi _api;
    private readonly Dictionary<DefinitionReference, Definition?> _definitions = [];
    private readonly Dictionary<ObjectKey, Pod?> _pods = [];
    private bool _lacksResource;

    /// <param name="api">The API server; whoever made it disposes of it.</param>
    public ClusterSource(ClusterApi api) => _api = api;

    /// <inheritdoc/>
    public string Description => _lacksResource
        ? $"{_api.Description}, which does not know the resource {Definition.Plural}: apply crds/network-attachment.yaml"
        : _api.Description;

    /// <inheritdoc/>
    public Pod? FindPod(PodReference pod)
    {
        var key = new ObjectKey(pod.Namespace, pod.Name);
        if (_pods.TryGetValue(key, out var known))
            return known;
        var found = _api.Ask($"cannot get pod {pod}", "get pods", client => FoundAsync(client.GetAsync(ResourceTypes.Pods, key, CancellationToken.None)));
        return _pods[key] = found.Object is { } item ? ClusterObjects.ToPod(item, _api.Description) : null;
    }

    /// <inheritdoc/>
    public void Prefetch(IReadOnlyCollection<DefinitionReference> definitions)
    {
        var missing = new List<DefinitionReference>(definitions.Count);
        foreach (var definition in definitions)
        {
            if (!_definitions.ContainsKey(definition) && !missing.Contains(definition))
                missing.Add(definition);
        }
        if (missing.Count == 0)
            return;
        string purpose = missing.Count == 1
            ? $"cannot get network-attachment-definition {missing[0]}"
            : $"cannot get network-attachment-definitions {string.Join(", ", missing)}";
        var answers = _api.Ask(purpose, $"get {Definition.Plural}.k8s.cni.cncf.io", client => Task.WhenAll(missing.ConvertAll(d => GetAsync(client, d))));
        for (int i = 0; i < missing.Count; i++)
        {
            _definitions[missing[i]] = answers[i].Object is { } item ? ClusterObjects.ToDefinition(item) : null;
            _lacksResource |= answers[i].LacksResource;
        }
    }

    /// <inheritdoc/>
    public Definition? FindDefinition(string @namespace, string name)
    {
        var definition = new DefinitionReference(@namespace, name);
        Prefetch([definition]);
        return _definitions[definition];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Definition> Definitions()
    {
        var list = _api.Ask(
            $"cannot list {Definition.Plural}", $"list {Definition.Plural}.k8s.cni.cncf.io",
            client => FoundAsync(client.ListAsync(ResourceTypes.NetworkAttachmentDefinitions, new ListSelector(), "", CancellationToken.None)));
        _lacksResource |= list.LacksResource;
        return [.. (list.Object?.Items ?? []).Select(ClusterObjects.ToDefinition)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Pod> Pods()
    {
        var list = _api.Ask("cannot list pods", "list pods", client => client.ListAsync(ResourceTypes.Pods, new ListSelector(), "", CancellationToken.None));
        return [.. (list.Items ?? []).Select(pod => ClusterObjects.ToPod(pod, _api.Description))];
    }

    private static Task<Answer<NetworkAttachmentDefinition>> GetAsync(ApiServerClient client, DefinitionReference definition) =>
        FoundAsync(client.GetAsync(ResourceTypes.NetworkAttachmentDefinitions, new ObjectKey(definition.Namespace, definition.Name), CancellationToken.None));

    private static async Task<Answer<T>> FoundAsync<T>(Task<T> request)
        where T : class
    {
        try
        {
            return new Answer<T>(await request.ConfigureAwait(false), LacksResource: false);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            // A server that knows the kind says what it did not find in a Status object; one that does not answers in plain text.
            return new Answer<T>(null, LacksResource: e.Reason.Length == 0);
        }
    }

    private sealed record Answer<T>(T? Object, bool LacksResource);
}
