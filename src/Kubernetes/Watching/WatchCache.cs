using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace MultiNet.Kubernetes;

/// <summary>
/// The objects of a kind as the API server has them, a moment ago. It lists, then watches, and lists again where it must; it never goes
/// back in time, and says whether it has been complete. Reading it is thread-safe and never waits.
/// </summary>
/// <typeparam name="T">The objects.</typeparam>
public sealed class WatchCache<T>
    where T : class, IKubernetesObject
{
    // What is held at once while it is listed; and what the reference client asks for.
    private const int SmallPage = 100, LargePage = 500;

    private readonly ApiServerClient _client;
    private readonly ResourceType<T> _type;
    private readonly ListSelector _selector;
    private readonly WatchTimeouts _timeouts;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<ObjectKey, T> _objects = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The version of what is in the cache; "" before the first list.
    private string _version = "";
    // The server no longer knows that version: the next list must ask for what holds now.
    private bool _expired;

    /// <summary>Makes a cache. <see cref="RunAsync"/> fills it.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="type">The kind.</param>
    /// <param name="selector">Which of them.</param>
    /// <param name="timeouts">How failures are dealt with.</param>
    /// <param name="time">The clock.</param>
    public WatchCache(ApiServerClient client, ResourceType<T> type, ListSelector? selector = null, WatchTimeouts? timeouts = null, TimeProvider? time = null)
    {
        _client = client;
        _type = type;
        _selector = selector ?? new ListSelector();
        _timeouts = timeouts ?? new WatchTimeouts();
        _time = time ?? TimeProvider.System;
        LastHeard = _time.GetUtcNow();
    }

    /// <summary>
    /// Called for each change, one after the other, after it is in the cache: objects that a list brings count as added or modified, those
    /// that it no longer has as deleted. What is made anew under a name is deleted first. It should return soon; what it throws ends
    /// <see cref="RunAsync"/>.
    /// </summary>
    public Action<WatchEvent<T>>? Changed { get; init; }

    /// <summary>Called when something failed that is going to be tried again.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>Made of an object before it is kept: without what nobody needs, to save memory.</summary>
    public Func<T, T>? Transform { get; init; }

    /// <summary>
    /// Is the first list one of what holds now, in pages? What the server has at hand it sends in one piece: for many large objects that takes memory
    /// here, the other way work there.
    /// </summary>
    public bool InPages { get; init; }

    /// <summary>Completes when all objects have been listed once.</summary>
    public Task Synced => _synced.Task;

    /// <summary>Have all objects been listed once?</summary>
    public bool HasSynced => _synced.Task.IsCompletedSuccessfully;

    /// <summary>When the server was last heard: the age of what is here.</summary>
    public DateTimeOffset LastHeard { get; private set; }

    /// <summary>The failures since the server was last heard.</summary>
    public int FailuresInARow { get; private set; }

    /// <summary>How many objects there are.</summary>
    public int Count => _objects.Count;

    /// <summary>All objects, in no order.</summary>
    public IEnumerable<T> Objects => _objects.Values;

    /// <summary>Finds an object.</summary>
    public bool TryGet(ObjectKey key, [NotNullWhen(true)] out T? found) => _objects.TryGetValue(key, out found);

    /// <summary>Lists and watches until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        int failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            long started = _time.GetTimestamp();
            try
            {
                if (_version.Length == 0 || _expired)
                    await ListAsync(cancellationToken).ConfigureAwait(false);
                await WatchAsync(cancellationToken).ConfigureAwait(false);
                // The server ends a watch every few minutes; that is no failure. One that ends at once is.
                if (_time.GetElapsedTime(started) > TimeSpan.FromSeconds(1))
                {
                    failures = 0;
                    continue;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (KubeApiException e) when (e.IsExpired)
            {
                bool already = _expired;
                _expired = true;
                if (!already)
                    continue;
                Note(e);
            }
            catch (Exception e) when (e is KubeApiException or KubeConnectionException or KubeConfigException)
            {
                Note(e);
            }
            failures = _time.GetElapsedTime(started) > _timeouts.Healthy ? 1 : failures + 1;
            await PauseAsync(failures, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        // "0": anything that the server has at hand will do for a start. When it does not know our version any more, only what holds now
        // is certainly not older than what is here.
        string atLeast = _expired || InPages ? "" : "0";
        var listed = new HashSet<ObjectKey>();
        var list = await _client.ListAsync(_type, _selector, atLeast, InPages ? SmallPage : LargePage, TakePage, listed.Clear, cancellationToken).ConfigureAwait(false);
        foreach (var key in _objects.Keys)
        {
            if (!listed.Contains(key))
                Remove(key);
        }
        _version = list.ResourceVersion;
        _expired = false;
        Heard();
        _synced.TrySetResult();

        // At once: what is kept of an object may be little of what the server sent.
        void TakePage(IReadOnlyList<T> page)
        {
            foreach (var item in page)
            {
                listed.Add(ObjectKey.Of(item));
                Put(item);
            }
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in _client.WatchAsync(_type, _selector, _version, _timeouts, cancellationToken).ConfigureAwait(false))
        {
            Heard();
            switch (change.Type)
            {
                case WatchEventType.Added or WatchEventType.Modified:
                    Put(change.Object);
                    break;
                case WatchEventType.Deleted:
                    Remove(ObjectKey.Of(change.Object), change.Object);
                    break;
            }
            if (change.Object.Metadata.ResourceVersion.Length > 0)
                _version = change.Object.Metadata.ResourceVersion;
        }
    }

    private void Put(T item)
    {
        item = Transform is null ? item : Transform(item);
        var key = ObjectKey.Of(item);
        var type = WatchEventType.Added;
        if (_objects.TryGetValue(key, out var before))
        {
            if (before.Metadata.Uid != item.Metadata.Uid)
                Remove(key);
            else if (before.Metadata.ResourceVersion == item.Metadata.ResourceVersion)
                return;
            else
                type = WatchEventType.Modified;
        }
        _objects[key] = item;
        Changed?.Invoke(new WatchEvent<T>(type, item));
    }

    private void Remove(ObjectKey key, T? last = null)
    {
        if (_objects.TryRemove(key, out var before))
            Changed?.Invoke(new WatchEvent<T>(WatchEventType.Deleted, last ?? before));
    }

    private void Heard()
    {
        LastHeard = _time.GetUtcNow();
        FailuresInARow = 0;
    }

    private void Note(Exception failure)
    {
        FailuresInARow++;
        Failed?.Invoke(failure);
    }

    private async Task PauseAsync(int failures, CancellationToken cancellationToken)
    {
        double full = Math.Min(_timeouts.FirstPause.TotalMilliseconds * Math.Pow(2, failures - 1), _timeouts.LongestPause.TotalMilliseconds);
        try
        {
            // Up to twice as long, at random.
            await Task.Delay(TimeSpan.FromMilliseconds(full * (1 + Random.Shared.NextDouble())), _time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
