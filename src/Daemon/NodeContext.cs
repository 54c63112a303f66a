using MultiNet.Daemon.Caches;
using MultiNet.Daemon.Configuration;
using MultiNet.Daemon.Events;
using MultiNet.Daemon.HostProcesses;
using MultiNet.Hosting.Logging;
using MultiNet.Daemon.Metrics;
using MultiNet.Kubernetes;

namespace MultiNet.Daemon;

/// <summary>What every part of the daemon may use.</summary>
internal sealed class NodeContext
{
    /// <summary>The configuration.</summary>
    public required DaemonConfig Config { get; init; }

    /// <summary>The log.</summary>
    public required DaemonLog Log { get; init; }

    /// <summary>Counters.</summary>
    public required NodeMetrics Metrics { get; init; }

    /// <summary>The API server.</summary>
    public required ApiServerClient Api { get; init; }

    /// <summary>What the API server has, a moment ago.</summary>
    public required NodeCaches Caches { get; init; }

    /// <summary>Tells people what happened to a pod; never waits.</summary>
    public required EventRecorder Events { get; init; }

    /// <summary>Runs programs of the host.</summary>
    public required HostProcess Host { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
