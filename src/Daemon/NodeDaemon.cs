using MultiNet.Daemon.Caches;
using MultiNet.Daemon.Configuration;
using MultiNet.Daemon.Events;
using MultiNet.Daemon.Health;
using MultiNet.Daemon.HostProcesses;
using MultiNet.Daemon.HotPlug;
using MultiNet.Daemon.Installing;
using MultiNet.Daemon.Metrics;
using MultiNet.Daemon.Reconciling;
using MultiNet.Daemon.Socket;
using MultiNet.Daemon.Statuses;
using MultiNet.Hosting;
using MultiNet.Hosting.Credentials;
using MultiNet.Hosting.Health;
using MultiNet.Hosting.Logging;
using MultiNet.Hosting.Memory;
using MultiNet.Kubernetes;
using MultiNet.Meta.CommandLine;

namespace MultiNet.Daemon;

/// <summary>
/// The node daemon: independent parts side by side until it is told to stop. A cache and never an executor: with it killed, all that stops
/// is what makes <c>multinet</c> faster and people wiser.
/// </summary>
internal sealed class NodeDaemon : IDisposable
{
    private readonly NodeContext _context;
    private readonly LoopSupervisor _supervisor;
    private readonly HostMultinet _multinet;
    private readonly List<IDaemonLoop> _loops = [];
    private readonly List<IDaemonLoop> _writers = [];
    private readonly List<IDaemonLoop> _caches = [];

    /// <summary>Puts the daemon together; nothing runs before <see cref="RunAsync"/>.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="cluster">The API server.</param>
    /// <param name="log">The log.</param>
    /// <param name="timeouts">How watches are dealt with; null for the defaults.</param>
    /// <exception cref="KubeConfigException">The credentials are of a kind that cannot be used.</exception>
    public NodeDaemon(DaemonConfig config, KubeConfig cluster, DaemonLog log, WatchTimeouts? timeouts = null)
    {
        var metrics = new NodeMetrics();
        var time = TimeProvider.System;
        // Every part tries again by itself, each in its own way.
        var api = new ApiServerClient(cluster, $"multinetd/{ProgramVersion.Version} (linux)", new CredentialProgram())
        {
            Retry = new RetryPolicy { Attempts = 1, AttemptTimeout = TimeSpan.FromSeconds(15) },
        };
        // An expected failure says what is wrong in one line; of anything else the place is what helps.
        _supervisor = new LoopSupervisor(log, metrics.LoopFailures, time, static e => e is Cni.CniException);
        var caches = new NodeCaches(api, config.NodeName, log, metrics, timeouts);
        _context = new NodeContext
        {
            Config = config,
            Log = log,
            Metrics = metrics,
            Api = api,
            Caches = caches,
            Events = new EventRecorder(api, config.NodeName, config.Events, log, metrics, time) { KubeletUid = caches.KubeletUidOf },
            Host = new HostProcess(config.HostProcess),
        };
        _caches.AddRange(caches.Loops);
        var statuses = new StatusWriter(new StatusPatch(api, caches), log, metrics, time) { FlushPatience = config.Shutdown };
        _writers.AddRange([statuses, _context.Events]);
        _loops.Add(new MemoryTrim(time));
        _loops.Add(new StatusReconciler(new JournalIndex(config.StateDir), caches, statuses, log, time));
        var router = new RequestRouter(new PodQuery(caches, time), new ReportDesk(statuses, _context.Events, metrics, log, time));
        Health = new NodeHealth(config, caches, metrics);
        metrics.CachesComplete.Set(() => caches.HaveSynced ? 1 : 0);
        foreach (var (name, count, heard, synced) in ((string, Func<int>, Func<DateTimeOffset>, Func<bool>)[])
            [
                ("pods", () => caches.Pods.Count, () => caches.Pods.LastHeard, () => caches.Pods.HasSynced),
                ("definitions", () => caches.Definitions.Count, () => caches.Definitions.LastHeard, () => caches.Definitions.HasSynced),
                ("namespaces", () => caches.Namespaces.Count, () => caches.Namespaces.LastHeard, () => caches.Namespaces.HasSynced),
            ])
        {
            metrics.CacheObjects.Set(() => count(), name);
            metrics.CacheAge.Set(() => (time.GetUtcNow() - heard()).TotalSeconds, name);
            metrics.CacheSynced.Set(() => synced() ? 1 : 0, name);
        }
        _multinet = new HostMultinet(_context.Host, config);
        if (config.HotPlug)
            _loops.Add(new HotPlugLoop(_context, _multinet));
        if (config.Reconcile > TimeSpan.Zero)
            _loops.Add(new ReconcileLoop(_context, _multinet));
        if (config.Check > TimeSpan.Zero)
            _loops.Add(new DriftLoop(_context, _multinet));
        if (config.Install is { } install)
            _loops.Add(new InstallationLoop(install, log, metrics, Health, time));
        if (config.Listen is { } address)
            _loops.Add(new ProbeServer(address, Health, log));
        var socket = new SocketServer(config.Socket, config.Connections, router.AnswerAsync, log, metrics) { FinishPatience = config.Shutdown };
        Health.Conditions.Add(() => socket.IsListening ? null : $"this daemon does not answer on {config.Socket} yet; another one may");
        _loops.Add(socket);
    }

    /// <summary>What its parts share.</summary>
    public NodeContext Context => _context;

    /// <summary>Is it of use?</summary>
    public NodeHealth Health { get; }

    /// <summary>Runs until it is cancelled; then finishes what is at work.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        _context.Log.Info($"multinetd {ProgramVersion.Version} for node {_context.Config.NodeName}, API server {_context.Api.Server}");
        // What asks and reports ends first, then what writes, then what they look at.
        using var write = new CancellationTokenSource();
        using var watch = new CancellationTokenSource();
        var caches = _supervisor.RunAsync(_caches, watch.Token);
        var writers = _supervisor.RunAsync(_writers, write.Token);
        await _supervisor.RunAsync(_loops, stopping).ConfigureAwait(false);
        _context.Log.Info("stopping");
        await write.CancelAsync().ConfigureAwait(false);
        await writers.ConfigureAwait(false);
        await watch.CancelAsync().ConfigureAwait(false);
        await caches.ConfigureAwait(false);
        _context.Log.Info("stopped");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _multinet.Dispose();
        _context.Api.Dispose();
    }
}
