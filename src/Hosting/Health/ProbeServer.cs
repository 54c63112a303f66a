using System.Net;
using System.Net.Sockets;
using MultiNet.Hosting.Logging;
using MultiNet.Hosting.Metrics;

namespace MultiNet.Hosting.Health;

/// <summary>
/// <c>/readyz</c>, <c>/livez</c> (and its older name <c>/healthz</c>) and <c>/metrics</c> over HTTP: one request on a connection, a few at a time, none for longer than some seconds.
/// Not Kestrel (docs/decisions/018-own-probe-listener.md).
/// </summary>
internal sealed class ProbeServer(IPEndPoint address, IProbes probes, DaemonLog log) : IDaemonLoop
{
    private const int Connections = 8;

    private volatile IPEndPoint? _bound;

    /// <inheritdoc/>
    public string Name => "http";

    /// <summary>How long a client may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where it listens; null before.</summary>
    public IPEndPoint? Bound => _bound;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var slots = new SemaphoreSlim(Connections);
        using var listener = Listen();
        _bound = (IPEndPoint)listener.LocalEndPoint!;
        log.Info($"metrics and probes on http://{_bound}", new LogSubject { Part = Name });
        try
        {
            while (true)
            {
                await slots.WaitAsync(stopping).ConfigureAwait(false);
                try
                {
                    _ = ServeAsync(await listener.AcceptAsync(stopping).ConfigureAwait(false), slots);
                }
                catch (OperationCanceledException)
                {
                    slots.Release();
                    throw;
                }
                catch (SocketException)
                {
                    slots.Release();
                    await Task.Delay(TimeSpan.FromMilliseconds(100), stopping).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            listener.Close();
            for (int i = 0; i < Connections; i++)
                await slots.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private System.Net.Sockets.Socket Listen()
    {
        // "[::]" means all addresses, those of IPv4, too; and only those where the machine has no others.
        bool isAny = address.Address.Equals(IPAddress.IPv6Any);
        var wanted = isAny && !System.Net.Sockets.Socket.OSSupportsIPv6 ? new IPEndPoint(IPAddress.Any, address.Port) : address;
        var listener = new System.Net.Sockets.Socket(wanted.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (wanted.Address.Equals(IPAddress.IPv6Any))
                listener.DualMode = true;
            listener.Bind(wanted);
            listener.Listen(64);
            return listener;
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new IOException($"cannot listen on {address}: {e.Message}", e);
        }
    }

    private async Task ServeAsync(System.Net.Sockets.Socket client, SemaphoreSlim slots)
    {
        try
        {
            using (client)
            using (var deadline = new CancellationTokenSource(Patience))
            {
                var request = await HttpExchange.ReadAsync(client, deadline.Token).ConfigureAwait(false);
                var answer = request is { } asked ? await AnswerAsync(asked.Method, asked.Path).ConfigureAwait(false) : new HttpAnswer(400, "no request of HTTP/1.1\n");
                await HttpExchange.WriteAsync(client, answer, withBody: request?.Method != "HEAD", deadline.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // A probe that went away asks again.
        }
        catch (Exception e)
        {
            log.Error($"a request failed: {e}", new LogSubject { Part = Name });
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task<HttpAnswer> AnswerAsync(string method, string path)
    {
        if (method is not ("GET" or "HEAD"))
            return new HttpAnswer(405, "only GET is known\n");
        switch (path)
        {
            case "/metrics":
                return new HttpAnswer(200, probes.Metrics(), MetricSet.ContentType);
            case "/livez" or "/healthz":
                return await probes.NotAliveAsync().ConfigureAwait(false) is { } dead ? new HttpAnswer(503, dead + "\n") : new HttpAnswer(200, "alive\n");
            case "/readyz":
                var reasons = await probes.NotReadyAsync().ConfigureAwait(false);
                return reasons.Count == 0 ? new HttpAnswer(200, "ready\n") : new HttpAnswer(503, string.Join('\n', reasons) + "\n");
            default:
                return new HttpAnswer(404, "there are /metrics, /readyz, /livez and /healthz\n");
        }
    }
}
