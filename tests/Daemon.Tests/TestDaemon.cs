using MultiNet.Daemon.Configuration;
using MultiNet.Hosting.Logging;
using MultiNet.Kubernetes;
using MultiNet.Meta.NodeDaemon;

namespace MultiNet.Daemon.Tests;

/// <summary>A daemon in this process, with a folder of its own for socket and journals.</summary>
internal sealed class TestDaemon : IAsyncDisposable
{
    /// <summary>Watches that come back soon.</summary>
    public static WatchTimeouts Quick { get; } = new()
    {
        Silence = TimeSpan.FromSeconds(20), FirstPause = TimeSpan.FromMilliseconds(5), LongestPause = TimeSpan.FromMilliseconds(50),
    };

    private readonly CancellationTokenSource _stop = new();
    private readonly string _folder;
    private readonly bool _ownsFolder;
    private readonly Task _running;
    private readonly MemoryStream _log = new();

    private TestDaemon(KubeConfig cluster, string? folder, WatchTimeouts? timeouts, Func<DaemonConfig, DaemonConfig>? change)
    {
        _ownsFolder = folder is null;
        _folder = folder ?? Directory.CreateTempSubdirectory("multinetd-").FullName;
        var config = new DaemonConfig
        {
            NodeName = "node1", Socket = Path.Combine(_folder, "run", "d.sock"), StateDir = Path.Combine(_folder, "state"), Listen = null,
            Shutdown = TimeSpan.FromSeconds(5), HostProcess = "/proc/self", HotPlug = false, Reconcile = TimeSpan.Zero, LogLevel = DaemonLogLevel.Debug,
        };
        Config = change is null ? config : change(config);
        Daemon = new NodeDaemon(Config, cluster, new DaemonLog(Stream.Synchronized(_log), Config.LogLevel), timeouts ?? Quick);
        _running = Daemon.RunAsync(_stop.Token);
    }

    public DaemonConfig Config { get; }

    public NodeDaemon Daemon { get; }

    public NodeContext Context => Daemon.Context;

    public DaemonClient Client => new(Config.Socket);

    /// <summary>What was logged so far.</summary>
    public string Log
    {
        get
        {
            byte[] bytes = _log.ToArray();
            return System.Text.Encoding.UTF8.GetString(bytes);
        }
    }

    /// <summary>Starts a daemon and waits until it answers; not until its caches are complete.</summary>
    public static async Task<TestDaemon> StartAsync(
        KubeConfig cluster, string? folder = null, WatchTimeouts? timeouts = null, Func<DaemonConfig, DaemonConfig>? change = null)
    {
        var daemon = new TestDaemon(cluster, folder, timeouts, change);
        await Eventually.TrueAsync(() => daemon.Client.Ask(new DaemonRequest { Operation = DaemonOperation.Hello }, TimeSpan.FromSeconds(1), out _) is not null);
        return daemon;
    }

    /// <summary>Starts a daemon and waits until it knows everything.</summary>
    public static async Task<TestDaemon> StartSyncedAsync(WatchedCluster cluster, string? folder = null, Func<DaemonConfig, DaemonConfig>? change = null)
    {
        var daemon = await StartAsync(cluster.Server.Config(), folder, change: change);
        await daemon.Context.Caches.Synced.WaitAsync(Eventually.Patience);
        return daemon;
    }

    /// <summary>Asks, on a thread that may block.</summary>
    public Task<DaemonAnswer> AskAsync(DaemonRequest request, TimeSpan? patience = null) => Task.Run(() =>
        Client.Ask(request, patience ?? TimeSpan.FromSeconds(20), out string failure) ?? throw new InvalidOperationException(failure));

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Eventually.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Daemon.Dispose();
        _stop.Dispose();
        if (_ownsFolder)
            Directory.Delete(_folder, recursive: true);
    }
}
