using System.Net;
using MultiNet.Kubernetes;
using MultiNet.Networks;

namespace MultiNet.Webhook.Knowledge;

/// <summary>
/// Asks the API server which workloads name networks in their templates of pods: Deployments, StatefulSets, DaemonSets and CronJobs. ReplicaSets and
/// Jobs are made by these, as a rule. Thread-safe; one at a time asks, and who asks right after it gets the same answer.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="multusNamespace">Where the default-network annotation looks for definitions.</param>
/// <param name="patience">How long all lists together may take: the deletion waits for them.</param>
/// <param name="time">The clock.</param>
internal sealed class WorkloadTemplates(ApiServerClient api, string multusNamespace, TimeSpan patience, TimeProvider time) : IDisposable
{
    // Somebody deletes all definitions of a folder: one list of each kind is enough for them.
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(5);

    private const int PageSize = 100;

    private static readonly (string Kind, ResourceType<Workload>[] Types)[] s_kinds =
    [
        ("Deployment", [ResourceTypes.Deployments]), ("StatefulSet", [ResourceTypes.StatefulSets]), ("DaemonSet", [ResourceTypes.DaemonSets]),
        // batch/v1 has them since Kubernetes 1.21.
        ("CronJob", [ResourceTypes.CronJobs("batch/v1"), ResourceTypes.CronJobs("batch/v1beta1")]),
    ];

    private readonly SemaphoreSlim _one = new(1);
    private (TemplateIndex Index, long At)? _last;

    /// <summary>Asks. What cannot be had is told in the index.</summary>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task<TemplateIndex> LookAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_last is { } last && time.GetElapsedTime(last.At) < s_fresh)
                return last.Index;
            var index = new TemplateIndex();
            using var deadline = new CancellationTokenSource(patience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
            foreach (var (kind, types) in s_kinds)
            {
                if (await AskAsync(kind, types, index, both.Token).ConfigureAwait(false) is { } reason)
                    index.Miss(reason);
                cancellationToken.ThrowIfCancellationRequested();
            }
            _last = (index, time.GetTimestamp());
            return index;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    // Why not all of a kind are known; null where they are.
    private async Task<string?> AskAsync(string kind, ResourceType<Workload>[] types, TemplateIndex index, CancellationToken cancellationToken)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                await api.ListAsync(types[i], new ListSelector(), "", PageSize, page => Take(kind, page, index), () => { }, cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (KubeApiException e) when (e.IsNotFound && i + 1 < types.Length)
            {
                // The server is older.
            }
            catch (KubeApiException e) when (e.StatusCode == HttpStatusCode.Forbidden)
            {
                return $"{kind}s may not be listed";
            }
            catch (OperationCanceledException)
            {
                return $"{kind}s were not listed within {patience.TotalSeconds:0.#} s";
            }
            catch (Exception e) when (e is KubeApiException or KubeConnectionException or KubeConfigException)
            {
                return $"{kind}s could not be listed";
            }
        }
    }

    private void Take(string kind, IReadOnlyList<Workload> page, TemplateIndex index)
    {
        foreach (var workload in page)
        {
            if (workload.PodMetadata is not { Annotations.Count: > 0 } pod)
                continue;
            string ns = workload.Metadata.Namespace, name = $"{kind} {ns}/{workload.Metadata.Name}";
            var named = new HashSet<string>(StringComparer.Ordinal);
            foreach (var element in NetworkSelectionAnnotation.Parse(pod.Annotation(AnnotationKeys.Networks) ?? "").Elements)
                Add(element, ns);
            if (DefaultNetworkAnnotation.Parse(pod.Annotation(AnnotationKeys.DefaultNetwork) ?? "").Element is { } network)
                Add(network, multusNamespace);

            void Add(NetworkSelectionElement element, string fallback)
            {
                if (element.Name.Length > 0 && named.Add(element.QualifiedName(fallback)))
                    index.Add(element.QualifiedName(fallback), name);
            }
        }
    }
}
