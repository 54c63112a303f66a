using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MultiNet.Kubernetes.Requests;
using MultiNet.Kubernetes.Watching;

namespace MultiNet.Kubernetes;

/// <content>Watches.</content>
public sealed partial class ApiServerClient
{
    // etcd takes no larger object than 1.5 MB; escaping makes more of it.
    private const int LongestLine = 8 * 1024 * 1024;

    /// <summary>
    /// The changes since a version, as they happen. Ends when the server ends the watch, which it does every few minutes: then go on from
    /// the newest version that was seen.
    /// </summary>
    /// <param name="type">The kind.</param>
    /// <param name="selector">Which of them.</param>
    /// <param name="resourceVersion">The version of a list, of an event or a bookmark.</param>
    /// <param name="timeouts">When to give up on a silent connection.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="KubeApiException">The server refused; <see cref="KubeApiException.IsExpired"/>: the version is too old, list again.</exception>
    /// <exception cref="KubeConnectionException">The connection broke, was silent for too long, or what came is no event.</exception>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        ResourceType<T> type, ListSelector selector, string resourceVersion, WatchTimeouts timeouts, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        double seconds = timeouts.Session.TotalSeconds * (1 + Random.Shared.NextDouble());
        var request = new ApiRequest(HttpMethod.Get, selector.Path(
            type, ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", resourceVersion),
            ("timeoutSeconds", ((int)Math.Ceiling(seconds)).ToString(CultureInfo.InvariantCulture))));
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var watchdog = _time.CreateTimer(static s => TryCancel((CancellationTokenSource)s!), silence, timeouts.Silence, Timeout.InfiniteTimeSpan);
        HttpResponseMessage? response = null;
        PipeReader? reader = null;
        try
        {
            response = await Guarded(SendOnceAsync(request, silence.Token), request, cancellationToken).ConfigureAwait(false);
            reader = PipeReader.Create(await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false));
            while (true)
            {
                var read = await Guarded(reader.ReadAsync(silence.Token).AsTask(), request, cancellationToken).ConfigureAwait(false);
                watchdog.Change(timeouts.Silence, Timeout.InfiniteTimeSpan);
                var buffer = read.Buffer;
                while (buffer.PositionOf((byte)'\n') is { } end)
                {
                    yield return Event(buffer.Slice(0, end), type, request);
                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                    // What was yielded may have taken its time; that is not the server's silence.
                    watchdog.Change(timeouts.Silence, Timeout.InfiniteTimeSpan);
                }
                if (buffer.Length > LongestLine)
                    throw Unreachable($"{request}: a line of more than {LongestLine} bytes", null);
                if (read.IsCompleted)
                {
                    if (!buffer.IsEmpty)
                        throw Unreachable($"{request}: the watch ended in the middle of an event", null);
                    yield break;
                }
                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        finally
        {
            if (reader is not null)
                await reader.CompleteAsync().ConfigureAwait(false);
            response?.Dispose();
        }
    }

    private WatchEvent<T> Event<T>(ReadOnlySequence<byte> line, ResourceType<T> type, ApiRequest request)
        where T : class, IKubernetesObject
    {
        try
        {
            return WatchFrame.Read(line, type.Item, request.ToString());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Unreachable($"{request}: what came is no event: {e.Message}", e);
        }
    }

    private async Task<T> Guarded<T>(Task<T> step, ApiRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await step.ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable($"{request}: silent for too long", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unreachable($"{request}: {Cause(e)}", e);
        }
    }

    private static void TryCancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The watch ended as its time ran out.
        }
    }
}
