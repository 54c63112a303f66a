using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace MultiNet.Kubernetes.Kubelet;

/// <summary>Calls of one gRPC server on a unix socket: one message there, one back, over HTTP/2 in the clear.</summary>
internal sealed class GrpcChannel : IDisposable
{
    /// <summary>The longest answer that is read, in bytes: what the kubelet's own clients read.</summary>
    public const int LargestAnswer = 16 * 1024 * 1024;

    private readonly string _socketPath;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _invoker;

    /// <summary>Nothing is connected yet.</summary>
    /// <param name="socketPath">The socket.</param>
    /// <param name="time">The clock for pauses.</param>
    public GrpcChannel(string socketPath, TimeProvider? time = null)
    {
        _socketPath = socketPath;
        _time = time ?? TimeProvider.System;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = (_, cancellationToken) => ConnectAsync(socketPath, cancellationToken),
        });
    }

    /// <summary>How failures that pass are dealt with.</summary>
    public RetryPolicy Retry { get; init; } = new()
    {
        Attempts = 8, FirstPause = TimeSpan.FromMilliseconds(50), LongestPause = TimeSpan.FromSeconds(1), AttemptTimeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>Calls a method; tries again while the failure is one that passes.</summary>
    /// <param name="method"><c>PACKAGE.SERVICE/METHOD</c>.</param>
    /// <param name="request">The request's message.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer's message.</returns>
    /// <exception cref="KubeletException">There was no answer, or a failure.</exception>
    public async Task<byte[]> CallAsync(string method, byte[] request, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await CallOnceAsync(method, request, cancellationToken).ConfigureAwait(false);
            }
            catch (KubeletException e) when (e.IsTransient && attempt < Retry.Attempts && !cancellationToken.IsCancellationRequested)
            {
                try
                {
                    await Task.Delay(Retry.PauseAfter(attempt), _time, cancellationToken).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    // What was in the way says more than that the time is over.
                    throw e;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();

    private async Task<byte[]> CallOnceAsync(string method, byte[] request, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Retry.AttemptTimeout);
        try
        {
            using var message = Message(method, request);
            using var response = await _invoker.SendAsync(message, deadline.Token).ConfigureAwait(false);
            byte[]? answer = null;
            // The body of something else than an answer of gRPC may be anything.
            if (response.StatusCode == HttpStatusCode.OK)
            {
                using var body = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
                answer = await GrpcFrame.ReadOnlyAsync(body, LargestAnswer, deadline.Token).ConfigureAwait(false);
            }
            var status = GrpcStatus.Of(response);
            if (status.Code != GrpcStatusCode.Ok)
                throw Failure(status.Code, method, status.Message.Length > 0 ? status.Message : status.Code.ToString());
            return answer ?? throw Failure(GrpcStatusCode.Internal, method, "no message in the answer");
        }
        catch (OperationCanceledException e)
        {
            // A server that hangs once may be asked again, within the caller's own time.
            throw Failure(
                cancellationToken.IsCancellationRequested ? GrpcStatusCode.DeadlineExceeded : GrpcStatusCode.Unavailable, method, "no answer in time", e);
        }
        catch (InvalidDataException e)
        {
            throw Failure(GrpcStatusCode.Internal, method, e.Message, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Failure(GrpcStatusCode.Unavailable, method, e.GetBaseException().Message, e);
        }
    }

    private HttpRequestMessage Message(string method, byte[] request)
    {
        // The name of the host means nothing on a unix socket; servers in Go want one all the same.
        var message = new HttpRequestMessage(HttpMethod.Post, "http://localhost/" + method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(GrpcFrame.Of(request)),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        message.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        message.Headers.TryAddWithoutValidation("grpc-timeout", $"{((long)Retry.AttemptTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}m");
        return message;
    }

    private KubeletException Failure(GrpcStatusCode code, string method, string cause, Exception? inner = null) =>
        new(code, $"kubelet at {_socketPath}: {method}: {cause}", inner);

    private static async ValueTask<Stream> ConnectAsync(string socketPath, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
