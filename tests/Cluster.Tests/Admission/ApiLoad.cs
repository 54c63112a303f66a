using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Admission;

/// <summary>
/// Definitions that are made in a dry run, so many a second, until it is stopped: one that must be accepted, then one that must be refused, so that
/// a review that did not take place is noticed either way. Through a <c>kubectl proxy</c> on the node, which has the administrator's rights.
/// </summary>
internal sealed class ApiLoad : IAsyncDisposable
{
    /// <summary>A definition that must be accepted.</summary>
    public const string Good = """{"cniVersion": "1.0.0", "name": "good", "type": "bridge", "bridge": "br-good", "ipam": {"type": "host-local", "subnet": "10.77.0.0/24"}}""";

    /// <summary>One that must be refused.</summary>
    public const string Bad = """{"cniVersion": "1.0.0", "name": "bad", "type": "bridge", "bridge": "br-bad", "vlan": 5000}""";

    private const string Socket = "/run/kubectl-proxy.sock";

    private readonly ClusterTest _test;
    private readonly string _proxy;
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly List<Task> _requests = [];
    private Task _running = Task.CompletedTask;
    private int _answers;

    private ApiLoad(ClusterTest test, string proxy)
    {
        _test = test;
        _proxy = proxy;
        _client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(test.Node.Outside(Socket)), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>How many were answered.</summary>
    public int Answers => _answers;

    /// <summary>What was answered otherwise than it must be.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Begins.</summary>
    public static async Task<ApiLoad> StartAsync(ClusterTest test, int perSecond = 50)
    {
        var proxy = (await test.Node.ShellAsync(
            $"rm -f {Socket}; {test.Kubectl.Executable} --kubeconfig {test.Kubectl.Kubeconfig} proxy --unix-socket={Socket} >/run/kubectl-proxy.log 2>&1 </dev/null & echo $!")).Trim();
        var load = new ApiLoad(test, proxy);
        await Eventually.HoldsAsync("kubectl proxy answers", async () =>
        {
            try
            {
                return (await load._client.GetAsync("http://localhost/readyz")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        load._running = load.RunAsync(TimeSpan.FromSeconds(1.0 / perSecond));
        return load;
    }

    /// <summary>Goes on until so many more were answered.</summary>
    public Task MoreAsync(int answers)
    {
        var wanted = _answers + answers;
        return Eventually.HoldsAsync($"{answers} more answers", () => Task.FromResult(_answers >= wanted));
    }

    /// <summary>Ends, and waits for the answers that are outstanding.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await Task.WhenAll(_requests);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _stop.Dispose();
        await _test.Node.RunAsync(["sh", "-c", $"kill {_proxy}; rm -f {Socket}"]);
    }

    private async Task RunAsync(TimeSpan period)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            // By the clock from the start, so that a busy moment is made up for.
            var left = (period * i) - TimeProvider.System.GetElapsedTime(started);
            if (left > TimeSpan.Zero)
            {
                try
                {
                    await Task.Delay(left, _stop.Token);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }

            _requests.Add(AskAsync(i));
        }
    }

    private async Task AskAsync(int number)
    {
        var isGood = number % 2 == 0;
        var body = NetworkDefinition.Of(_test.Namespace, $"load-{number}", isGood ? Good : Bad).ToJsonString();
        try
        {
            using var answer = await _client.PostAsync(
                $"http://localhost/apis/k8s.cni.cncf.io/v1/namespaces/{_test.Namespace}/network-attachment-definitions?dryRun=All", new StringContent(body, Encoding.UTF8, "application/json"));
            var text = await answer.Content.ReadAsStringAsync();
            if ((int)answer.StatusCode != (isGood ? 201 : 422) || (!isGood && !text.Contains("denied the request", StringComparison.Ordinal)))
            {
                _failures.Enqueue($"{number}: {(int)answer.StatusCode} {(string?)JsonNode.Parse(text)?["message"] ?? text}");
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            _failures.Enqueue($"{number}: {e.Message}");
        }

        Interlocked.Increment(ref _answers);
    }
}
