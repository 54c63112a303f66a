using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MultiNet.Kubernetes.Connections;
using MultiNet.Kubernetes.Credentials;
using MultiNet.Kubernetes.Requests;

namespace MultiNet.Kubernetes;

/// <summary>
/// The API server as a client sees it. Thread-safe. A request that may be repeated without harm is repeated after failures that pass; one
/// that is refused for its credentials is sent once more with fresh ones, where there may be such.
/// </summary>
public sealed partial class ApiServerClient : IDisposable
{
    private readonly ApiServerConnection _connection;
    private readonly TimeProvider _time;
    private readonly ProductInfoHeaderValue[] _userAgent;

    /// <summary>Makes a client. Nothing is connected yet.</summary>
    /// <param name="config">Server and credentials.</param>
    /// <param name="userAgent">What the server logs of us: <c>multinet/1.0 (linux/amd64)</c>.</param>
    /// <param name="runner">Runs credential programs; null where that is not wanted.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="KubeConfigException">The credentials are of a kind that cannot be used here.</exception>
    public ApiServerClient(KubeConfig config, string userAgent, ICommandRunner? runner = null, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _connection = new ApiServerConnection(config, runner, _time);
        using var request = new HttpRequestMessage();
        request.Headers.UserAgent.ParseAdd(userAgent);
        _userAgent = [.. request.Headers.UserAgent];
    }

    /// <summary>The server's URL.</summary>
    public Uri Server => _connection.Server;

    /// <summary>The largest answer that is read, in bytes. A pod has at most 1.5 MB in etcd, a page of 500 definitions some MB.</summary>
    public int LargestAnswer { get; init; } = 64 * 1024 * 1024;

    /// <summary>How failures are dealt with.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>Reads an object or a list.</summary>
    /// <param name="path">From <see cref="ApiPath"/>, with a query.</param>
    /// <param name="type">How to read the answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KubeApiException">The server refused.</exception>
    /// <exception cref="KubeConnectionException">There was no answer.</exception>
    /// <exception cref="KubeConfigException">The credentials cannot be had.</exception>
    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => SendAsync(new ApiRequest(HttpMethod.Get, path), type, cancellationToken);

    /// <summary>Changes an object by an RFC 7386 merge patch.</summary>
    /// <inheritdoc cref="GetAsync{T}(string, JsonTypeInfo{T}, CancellationToken)" path="/exception"/>
    public Task<T> MergePatchAsync<T>(string path, ReadOnlyMemory<byte> patch, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => SendAsync(new ApiRequest(HttpMethod.Patch, path) { Body = patch, ContentType = "application/merge-patch+json" }, type, cancellationToken);

    /// <summary>Changes an object of a built-in kind by a strategic merge patch: items of its lists are found by their key, and no other item is touched.</summary>
    /// <inheritdoc cref="GetAsync{T}(string, JsonTypeInfo{T}, CancellationToken)" path="/exception"/>
    public Task<T> StrategicMergePatchAsync<T>(string path, ReadOnlyMemory<byte> patch, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => SendAsync(new ApiRequest(HttpMethod.Patch, path) { Body = patch, ContentType = "application/strategic-merge-patch+json" }, type, cancellationToken);

    /// <summary>Makes an object.</summary>
    /// <inheritdoc cref="GetAsync{T}(string, JsonTypeInfo{T}, CancellationToken)" path="/exception"/>
    public Task<T> CreateAsync<T>(string path, ReadOnlyMemory<byte> body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => SendAsync(new ApiRequest(HttpMethod.Post, path) { Body = body }, type, cancellationToken);

    /// <summary>Replaces an object.</summary>
    /// <inheritdoc cref="GetAsync{T}(string, JsonTypeInfo{T}, CancellationToken)" path="/exception"/>
    public Task<T> ReplaceAsync<T>(string path, ReadOnlyMemory<byte> body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => SendAsync(new ApiRequest(HttpMethod.Put, path) { Body = body }, type, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private async Task<T> SendAsync<T>(ApiRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                var patience = Retry.Patience;
                if (patience <= TimeSpan.Zero)
                    throw Unreachable($"{request}: the {Retry.Budget!.Total.TotalSeconds:0.###} seconds for all requests are used up", null);
                using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                deadline.CancelAfter(patience);
                try
                {
                    using var response = await SendOnceAsync(request, deadline.Token).ConfigureAwait(false);
                    return await ReadAsync(response, type, request, deadline.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    throw Unreachable($"no answer within {patience.TotalSeconds:0.#} seconds", null);
                }
            }
            catch (KubeApiException e) when (attempt < Retry.Attempts && (e.StatusCode == HttpStatusCode.TooManyRequests || (request.IsIdempotent && e.IsTransient)) && Retry.HasTimeFor(PauseAfter(e.RetryAfter, attempt)))
            {
                await PauseAsync(e.RetryAfter, attempt, cancellationToken).ConfigureAwait(false);
            }
            catch (KubeConnectionException e) when (!e.IsFinal && attempt < Retry.Attempts && request.IsIdempotent && Retry.HasTimeFor(PauseAfter(null, attempt)))
            {
                await PauseAsync(null, attempt, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private TimeSpan PauseAfter(TimeSpan? asked, int attempt)
    {
        var pause = Retry.PauseAfter(attempt);
        return asked > pause ? asked.Value : pause;
    }

    private Task PauseAsync(TimeSpan? asked, int attempt, CancellationToken cancellationToken) => Task.Delay(PauseAfter(asked, attempt), _time, cancellationToken);

    // Headers only; the body is the caller's to read.
    private async Task<HttpResponseMessage> SendOnceAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        for (bool again = true; ; again = false)
        {
            var proof = await _connection.Credential.GetAsync(cancellationToken).ConfigureAwait(false);
            var response = await SendAsync(request, proof, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
            {
                if (response.StatusCode == HttpStatusCode.Unauthorized && again && _connection.Credential.Refresh(proof))
                    continue;
                throw await ApiStatus.ReadErrorAsync(response, request, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(ApiRequest request, Proof proof, CancellationToken cancellationToken)
    {
        var message = request.ToMessage(_connection.Server);
        message.Headers.Authorization = proof.Authorization;
        message.Headers.Host = _connection.Host;
        foreach (var product in _userAgent)
            message.Headers.UserAgent.Add(product);
        try
        {
            return await _connection.Invoker(proof).SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            message.Dispose();
            if ((e as HttpRequestException)?.HttpRequestError == HttpRequestError.SecureConnectionError)
                _connection.Distrust();
            throw Unreachable(Cause(e), e);
        }
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, ApiRequest request, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            if (response.Content.Headers.ContentLength > LargestAnswer)
                throw Unreachable($"{request}: an answer of {response.Content.Headers.ContentLength} bytes; at most {LargestAnswer} are read", null, isFinal: true);
            using var body = new LimitedStream(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), LargestAnswer);
            return await JsonSerializer.DeserializeAsync(body, type, cancellationToken).ConfigureAwait(false)
                ?? throw Unreachable($"{request}: the answer is null", null);
        }
        catch (AnswerTooLongException e)
        {
            throw Unreachable($"{request}: the answer is longer than {LargestAnswer} bytes", e, isFinal: true);
        }
        catch (JsonException e)
        {
            // Of a proxy, perhaps.
            throw Unreachable($"{request}: the answer is not what was asked for: {e.Message}", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unreachable($"{request}: {Cause(e)}", e);
        }
    }

    private KubeConnectionException Unreachable(string cause, Exception? inner, bool isFinal = false) =>
        new($"API server {_connection.Server.AbsoluteUri.TrimEnd('/')}: {cause}", inner) { IsFinal = isFinal };

    // The innermost message names the cause: a refused connection, a name that is not in the certificate.
    private static string Cause(Exception e)
    {
        var cause = e;
        while (cause.InnerException is { } inner)
            cause = inner;
        return cause.Message;
    }
}
