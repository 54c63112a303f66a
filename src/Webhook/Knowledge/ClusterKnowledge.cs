using System.Collections.Concurrent;
using MultiNet.Hosting;
using MultiNet.Kubernetes;
using MultiNet.Validation;
using KubeDefinition = MultiNet.Kubernetes.NetworkAttachmentDefinition;
using NetworkAttachmentDefinition = MultiNet.Networks.NetworkAttachmentDefinition;

namespace MultiNet.Webhook.Knowledge;

/// <summary>
/// What the API server has, a moment ago: all definitions, what live pods hold, namespaces, and which devices nodes offer. Each kind is known
/// once it has been listed, and until the API server has been out of reach for a while; rules that need a kind that is not known are skipped.
/// </summary>
internal sealed class ClusterKnowledge : IWebhookKnowledge, IDisposable
{
    // A pod that names many definitions that are not there is wrong in any case.
    private const int MostAsked = 8;

    private static readonly Dictionary<string, string> s_none = [];

    private readonly ApiServerClient _api;
    private readonly ClusterKnowledgeOptions _options;
    private readonly TimeProvider _time;
    private readonly WatchCache<KubeDefinition> _definitionCache;
    private readonly WatchCache<Pod> _podCache;
    private readonly WatchCache<Namespace> _namespaceCache;
    private readonly WatchCache<Node>? _nodeCache;
    private readonly ConcurrentDictionary<ObjectKey, KnownDefinition> _definitions = new();
    private readonly AttachmentIndex _attachments = new();
    private readonly OfferedResources _offered = new();
    private readonly PodAttachments _reader;
    private readonly WorkloadTemplates? _workloads;
    // Transform and Changed come one after the other, for one pod at a time.
    private (Pod? Pod, IReadOnlyList<PodAttachment> Attachments) _read;

    /// <summary>Makes the caches; they fill once their loops run.</summary>
    /// <param name="api">The API server.</param>
    /// <param name="options">What is watched, and how.</param>
    public ClusterKnowledge(ApiServerClient api, ClusterKnowledgeOptions? options = null)
    {
        _api = api;
        _options = options ?? new ClusterKnowledgeOptions();
        _time = _options.Time;
        if (_options.Workloads)
            _workloads = new WorkloadTemplates(api, _options.MultusNamespace, _options.WorkloadPatience, _time);
        var names = new NamePool();
        var lean = new LeanObjects(names);
        _reader = new PodAttachments(names, _options.MultusNamespace);
        _definitionCache = new WatchCache<KubeDefinition>(api, ResourceTypes.NetworkAttachmentDefinitions, null, _options.Timeouts, _time)
        {
            Transform = lean.Of, Changed = Take, Failed = e => Failed("definitions", e),
        };
        _podCache = new WatchCache<Pod>(api, ResourceTypes.Pods, new ListSelector(FieldSelector: "status.phase!=Succeeded,status.phase!=Failed"), _options.Timeouts, _time)
        {
            InPages = true, Transform = pod => Read(pod, lean), Changed = Take, Failed = e => Failed("pods", e),
        };
        _namespaceCache = new WatchCache<Namespace>(api, ResourceTypes.Namespaces, null, _options.Timeouts, _time)
        {
            Transform = lean.Of, Failed = e => Failed("namespaces", e),
        };
        var loops = new List<IDaemonLoop>
        {
            new CacheLoop("definitions", _definitionCache.RunAsync), new CacheLoop("pods", _podCache.RunAsync), new CacheLoop("namespaces", _namespaceCache.RunAsync),
        };
        if (_options.Nodes)
        {
            _nodeCache = new WatchCache<Node>(api, ResourceTypes.Nodes, null, _options.Timeouts, _time)
            {
                Transform = OfferedResources.Lean, Changed = _offered.Take, Failed = e => Failed("nodes", e),
            };
            loops.Add(new CacheLoop("nodes", _nodeCache.RunAsync));
        }
        Loops = loops;

        void Failed(string cache, Exception e) => _options.Failed?.Invoke(cache, e);
    }

    /// <summary>What fills the caches.</summary>
    public IReadOnlyList<IDaemonLoop> Loops { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> NotSynced
    {
        get
        {
            var missing = new List<string>();
            if (!KnowsDefinitions)
                missing.Add("definitions");
            if (!KnowsPods)
                missing.Add("pods");
            if (!KnowsNamespaces)
                missing.Add("namespaces");
            return missing;
        }
    }

    /// <inheritdoc/>
    public bool KnowsDefinitions => IsKnown(_definitionCache);

    /// <inheritdoc/>
    public bool KnowsAllDefinitions => KnowsDefinitions;

    /// <inheritdoc/>
    public bool KnowsPods => IsKnown(_podCache);

    /// <inheritdoc/>
    public bool KnowsNamespaces => IsKnown(_namespaceCache);

    /// <inheritdoc/>
    public bool KnowsNodes => _nodeCache is not null && IsKnown(_nodeCache);

    /// <inheritdoc/>
    public IEnumerable<NetworkAttachmentDefinition> Definitions
    {
        get
        {
            foreach (var (_, known) in _definitions)
                yield return known.Definition;
        }
    }

    /// <inheritdoc/>
    public NetworkAttachmentDefinition? FindDefinition(string @namespace, string name) =>
        _definitions.TryGetValue(new ObjectKey(@namespace, name), out var known) ? known.Definition : null;

    /// <inheritdoc/>
    public bool IsBeingDeleted(string @namespace, string name) => _definitions.TryGetValue(new ObjectKey(@namespace, name), out var known) && known.IsBeingDeleted;

    /// <inheritdoc/>
    public IEnumerable<HeldAttachment> AttachmentsOf(string network) => _attachments.Of(network);

    /// <inheritdoc/>
    public IEnumerable<HeldAttachment> HoldersOf(string network, string address) => _attachments.Holding(network, address);

    /// <inheritdoc/>
    public bool IsOffered(string resource) => _offered.Has(resource);

    /// <inheritdoc/>
    public NamespaceFacts? FindNamespace(string name) => _namespaceCache.TryGet(new ObjectKey("", name), out var found)
        ? new NamespaceFacts(name, found.Metadata.DeletionTimestamp is not null, found.Metadata.Labels ?? s_none, found.Metadata.Annotations ?? s_none)
        : null;

    /// <inheritdoc/>
    public async ValueTask<IWebhookKnowledge> WithAsync(IReadOnlyList<ObjectKey> wanted, CancellationToken cancellationToken)
    {
        LateKnowledge? late = null;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_options.Patience);
        int asked = 0;
        foreach (var key in wanted)
        {
            if (!KnowsDefinitions || _definitions.ContainsKey(key) || late?.Asked(key) == true)
                continue;
            late ??= new LateKnowledge(this);
            if (asked++ == MostAsked || !await AskAsync(late, key, patience.Token).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                late.Unknown();
                break;
            }
        }
        return late is null ? this : late;
    }

    /// <inheritdoc/>
    public async ValueTask<IWebhookKnowledge> WithWorkloadsAsync(CancellationToken cancellationToken) =>
        _workloads is null ? this : new LateKnowledge(this) { Templates = await _workloads.LookAsync(cancellationToken).ConfigureAwait(false) };

    /// <summary>The networks that pods hold attachments of, and how many they hold.</summary>
    public IReadOnlyList<(string Network, int Attachments)> Uses() => _attachments.Uses();

    private async Task<bool> AskAsync(LateKnowledge late, ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            late.Found(key, Known(await _api.GetAsync(ResourceTypes.NetworkAttachmentDefinitions, key, cancellationToken).ConfigureAwait(false)));
            return true;
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            late.Found(key, null);
            return true;
        }
        catch (Exception e) when (e is KubeApiException or KubeConnectionException or KubeConfigException or OperationCanceledException)
        {
            return false;
        }
    }

    // What the cache has is told as it is while the API server answers; later nobody knows.
    private bool IsKnown<T>(WatchCache<T> cache)
        where T : class, IKubernetesObject =>
        cache.HasSynced && (cache.FailuresInARow == 0 || _time.GetUtcNow() - cache.LastHeard < _options.Freshness);

    private Pod Read(Pod pod, LeanObjects lean)
    {
        var kept = lean.Of(pod);
        _read = (kept, _reader.Of(pod));
        _options.PodRead?.Invoke();
        return kept;
    }

    private void Take(WatchEvent<Pod> change)
    {
        if (change.Type == WatchEventType.Deleted)
            _attachments.Remove(ObjectKey.Of(change.Object));
        else if (ReferenceEquals(_read.Pod, change.Object))
            _attachments.Put(ObjectKey.Of(change.Object), _read.Attachments);
        _read = default;
    }

    private void Take(WatchEvent<KubeDefinition> change)
    {
        var key = ObjectKey.Of(change.Object);
        if (change.Type == WatchEventType.Deleted)
            _definitions.TryRemove(key, out _);
        else
            _definitions[key] = Known(change.Object);
    }

    /// <inheritdoc/>
    public void Dispose() => _workloads?.Dispose();

    private static KnownDefinition Known(KubeDefinition definition) => new(
        new NetworkAttachmentDefinition
        {
            Namespace = definition.Metadata.Namespace, Name = definition.Metadata.Name, Config = definition.Spec?.Config,
            Annotations = definition.Metadata.Annotations ?? s_none,
        },
        definition.Metadata.DeletionTimestamp is not null);

    private sealed class CacheLoop(string name, Func<CancellationToken, Task> run) : IDaemonLoop
    {
        public string Name => name;

        public Task RunAsync(CancellationToken stopping) => run(stopping);
    }
}
