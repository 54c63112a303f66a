namespace MultiNet.Cluster.Tests.TestBed;

/// <summary><c>multinetd</c> on the node, for one test. Without it <c>multinet</c> asks the API server itself.</summary>
internal sealed class NodeDaemon : IAsyncDisposable
{
    private const string Part = "multinetd";
    private readonly ClusterUnderTest _cluster;

    private NodeDaemon(ClusterUnderTest cluster) => _cluster = cluster;

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<NodeDaemon> StartAsync(ClusterUnderTest cluster)
    {
        var daemon = await StartUnreadyAsync(cluster);
        await Eventually.HoldsAsync("the daemon is ready", async () => (await daemon.GetAsync("readyz")) is not null);
        return daemon;
    }

    /// <summary>Starts it, and does not wait.</summary>
    public static async Task<NodeDaemon> StartUnreadyAsync(ClusterUnderTest cluster)
    {
        var daemon = new NodeDaemon(cluster);
        await daemon.StartAgainAsync();
        return daemon;
    }

    /// <summary>What it answers to <c>/readyz</c>, with the status: <c>ready</c>, or a reason on each line; empty where it does not answer.</summary>
    public async Task<string> ReadinessAsync() =>
        (await _cluster.Node.RunAsync(["sh", "-c", "printf 'GET /readyz HTTP/1.1\r\n\r\n' | busybox nc 127.0.0.1 9453"])).Output;

    /// <summary>Starts it, after <see cref="KillAsync"/>.</summary>
    public Task StartAgainAsync() => _cluster.ScriptAsync("run", Part);

    /// <summary>Ends it with SIGKILL.</summary>
    public Task KillAsync() => _cluster.KillAsync(Part);

    /// <summary>How often a status was written, by the daemon's own count.</summary>
    public async Task<int> StatusesWrittenAsync() =>
        (await GetAsync("metrics"))?.Split('\n').FirstOrDefault(l => l.StartsWith("multinet_status_writes_total{result=\"written\"}", StringComparison.Ordinal)) is { } line
            ? int.Parse(line.Split(' ')[^1])
            : 0;

    /// <summary>The codes of the errors that calls of the runtime have ended with since the daemon's start.</summary>
    public async Task<IReadOnlyList<string>> ErrorCodesAsync(string verb)
    {
        var start = $"multinet_errors_total{{verb=\"{verb}\",code=\"";
        return [.. (await GetAsync("metrics") ?? "").Split('\n').Where(l => l.StartsWith(start, StringComparison.Ordinal)).Select(l => l[start.Length..].Split('"')[0])];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task<string?> GetAsync(string path)
    {
        var answer = await _cluster.Node.RunAsync(["busybox", "wget", "-q", "-O", "-", $"http://127.0.0.1:9453/{path}"]);
        return answer.ExitCode == 0 ? answer.Output : null;
    }
}
