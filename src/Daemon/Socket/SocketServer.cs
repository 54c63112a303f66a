using System.Net.Sockets;
using MultiNet.Hosting;
using MultiNet.Hosting.Logging;
using MultiNet.Daemon.Metrics;
using MultiNet.Meta.NodeDaemon;
using UnixSocket = System.Net.Sockets.Socket;

namespace MultiNet.Daemon.Socket;

/// <summary>
/// Answers <c>multinet</c> on the socket: one request on a connection, so many at a time, and none for longer than a few seconds. Whatever a
/// client sends, it takes time and memory from nobody else for long.
/// </summary>
internal sealed class SocketServer : IDaemonLoop
{
    private const int Backlog = 1024;

    private readonly string _path;
    private readonly int _connections;
    private readonly Func<DaemonRequest, CancellationToken, Task<DaemonAnswer>> _answer;
    private readonly DaemonLog _log;
    private readonly NodeMetrics _metrics;
    private volatile bool _listening;

    /// <param name="path">The socket.</param>
    /// <param name="connections">How many clients are served at a time.</param>
    /// <param name="answer">Answers a request.</param>
    /// <param name="log">The log.</param>
    /// <param name="metrics">Counts requests.</param>
    public SocketServer(
        string path, int connections, Func<DaemonRequest, CancellationToken, Task<DaemonAnswer>> answer, DaemonLog log, NodeMetrics metrics)
    {
        _path = path;
        _connections = connections;
        _answer = answer;
        _log = log;
        _metrics = metrics;
    }

    /// <inheritdoc/>
    public string Name => "socket";

    /// <summary>How long a client may take to say what it wants, and to take its answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long, at the end, those that are being served may still take.</summary>
    public TimeSpan FinishPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After what time another daemon, which has the socket, is asked again whether it is still there.</summary>
    public TimeSpan OtherPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Is the socket there?</summary>
    public bool IsListening => _listening;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var slots = new SemaphoreSlim(_connections);
        using var large = new SemaphoreSlim(1);
        // Those at work are not cut off when the daemon stops: they get their time.
        using var finish = new CancellationTokenSource();
        await OtherHasEndedAsync(stopping).ConfigureAwait(false);
        using var listener = SocketFile.Listen(_path, Backlog);
        var made = SocketFile.TimeOf(_path);
        _listening = true;
        _log.Info($"listening on {_path}", new LogSubject { Part = Name });
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                await slots.WaitAsync(stopping).ConfigureAwait(false);
                UnixSocket client;
                try
                {
                    client = await listener.AcceptAsync(stopping).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    slots.Release();
                    break;
                }
                catch (SocketException e)
                {
                    slots.Release();
                    _log.Warning($"cannot accept a connection: {e.Message}", new LogSubject { Part = Name });
                    // Of file descriptors, perhaps, there are none left.
                    await Task.Delay(TimeSpan.FromMilliseconds(100), stopping).ConfigureAwait(false);
                    continue;
                }
                _ = ServeAsync(client, slots, large, finish.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        finally
        {
            _listening = false;
            SocketFile.Remove(_path, made);
            listener.Close();
            finish.CancelAfter(FinishPatience);
            for (int i = 0; i < _connections; i++)
                await slots.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    // Two daemons on one node would take the socket from each other, and each write what it knows.
    private async Task OtherHasEndedAsync(CancellationToken stopping)
    {
        var other = new DaemonClient(_path);
        bool isSaid = false;
        while (await Task.Run(() => other.Ask(new DaemonRequest { Operation = DaemonOperation.Hello }, DaemonClient.QuestionPatience, out _), stopping).ConfigureAwait(false) is not null)
        {
            if (!isSaid)
                _log.Warning($"another multinetd answers on {_path}: this one waits until it has ended", new LogSubject { Part = Name });
            isSaid = true;
            await Task.Delay(OtherPause, stopping).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(UnixSocket client, SemaphoreSlim slots, SemaphoreSlim large, CancellationToken finish)
    {
        string operation = "none", result = "answered";
        try
        {
            using (client)
            using (var deadline = CancellationTokenSource.CreateLinkedTokenSource(finish))
            {
                deadline.CancelAfter(Patience);
                var request = await MessageFrame.ReadAsync(client, large, deadline.Token).ConfigureAwait(false);
                // What the answer takes is not the client's doing.
                deadline.CancelAfter(Timeout.InfiniteTimeSpan);
                if (request is null)
                {
                    result = "hung-up";
                    return;
                }
                var answer = request.Version == DaemonRequest.CurrentVersion
                    ? await _answer(request, finish).ConfigureAwait(false)
                    : new DaemonAnswer { Refused = $"version {request.Version} is not spoken here; known is {DaemonRequest.CurrentVersion}" };
                result = answer switch { { Refused: not null } => "refused", { Unknown: not null } => "unknown", _ => "answered" };
                // What is asked for comes from outside; what is counted must not be made up there.
                operation = answer.Refused is null ? request.Operation : "other";
                deadline.CancelAfter(Patience);
                await MessageFrame.WriteAsync(client, answer, deadline.Token).ConfigureAwait(false);
            }
        }
        catch (InvalidDataException e)
        {
            result = "malformed";
            _log.Debug($"a client sent nonsense: {e.Message}", new LogSubject { Part = Name });
        }
        catch (OperationCanceledException)
        {
            result = "too-slow";
        }
        catch (SocketException)
        {
            result = "broken";
        }
        catch (Exception e)
        {
            result = "failed";
            _log.Error($"a request failed: {e}", new LogSubject { Part = Name });
        }
        finally
        {
            _metrics.SocketRequests.Add(1, operation, result);
            slots.Release();
        }
    }
}
