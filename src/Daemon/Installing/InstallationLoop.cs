using MultiNet.Daemon.Health;
using MultiNet.Hosting;
using MultiNet.Hosting.Logging;
using MultiNet.Daemon.Metrics;
using MultiNet.Meta.Installing;

namespace MultiNet.Daemon.Installing;

/// <summary>
/// Keeps <c>multinet</c>, its configuration and its credentials on the node as they must be (<see cref="InstallationFollower"/>). It needs
/// neither the API server nor any other part; and when it ends, all stays in place.
/// </summary>
internal sealed class InstallationLoop : IDaemonLoop
{
    private readonly InstallationFollower _follower;
    private readonly DaemonLog _log;
    private readonly NodeMetrics _metrics;

    public InstallationLoop(InstallRequest request, DaemonLog log, NodeMetrics metrics, NodeHealth health, TimeProvider time)
    {
        _log = log;
        _metrics = metrics;
        _follower = new InstallationFollower(request, Tell, time);
        metrics.Installed.Set(() => _follower.IsInstalled ? 1 : 0);
        metrics.InstallationWarnings.Set(() => _follower.Warnings.Count);
        metrics.TokenExpiry.Set(() => _follower.TokenExpires?.ToUnixTimeSeconds() ?? 0);
        health.Conditions.Add(() => _follower.IsInstalled ? null : _follower.IsUninstalled ? "multinet was uninstalled from this node" : "multinet is not installed on this node");
    }

    /// <inheritdoc/>
    public string Name => "installation";

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken stopping) => _follower.FollowAsync(stopping);

    private void Tell(InstallationEvent happened)
    {
        var subject = new LogSubject { Part = Name };
        if (happened.Kind == InstallationEventKind.Restored)
            _metrics.Restorations.Add(1);
        if (happened.Kind is InstallationEventKind.Changed)
            _log.Info(happened.Message, subject);
        else
            _log.Warning(happened.Message, subject);
    }
}
