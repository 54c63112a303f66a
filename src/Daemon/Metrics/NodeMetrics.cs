using MultiNet.Hosting.Metrics;
using MultiNet.Meta.CommandLine;

namespace MultiNet.Daemon.Metrics;

/// <summary>Everything that is counted; docs/daemon.md has the table.</summary>
internal sealed class NodeMetrics : MetricSet
{
    public NodeMetrics()
    {
        AddDuration = Add(new Histogram("multinet_attach_duration_seconds", "How long attachments took.", "network", "plugin"));
        DelDuration = Add(new Histogram("multinet_detach_duration_seconds", "How long releasing attachments took.", "network", "plugin"));
        CallDuration = Add(new Histogram("multinet_call_duration_seconds", "How long calls of the runtime took, all attachments together.", "verb"));
        Errors = Add(new Counter("multinet_errors_total", "Calls of the runtime that failed, by the code of the CNI error.", "verb", "code"));
        SocketRequests = Add(new Counter("multinet_socket_requests_total", "Requests on the socket.", "op", "result"));
        StatusWrites = Add(new Counter("multinet_status_writes_total", "Attempts to write network-status.", "result"));
        EventsSent = Add(new Counter("multinet_events_total", "Events of pods.", "result"));
        WatchFailures = Add(new Counter("multinet_watch_failures_total", "Lists and watches that failed and are tried again.", "cache"));
        LoopFailures = Add(new Counter("multinet_part_failures_total", "Parts of the daemon that failed and were started again.", "part"));
        Leaked = Add(new Counter("multinet_resources_leaked_total", "What was found that no live sandbox owns.", "kind"));
        Reclaimed = Add(new Counter("multinet_resources_reclaimed_total", "What no live sandbox owned and was released.", "kind"));
        Drifts = Add(new Counter("multinet_drifts_total", "Attachments that were found changed, by whether they were repaired.", "repaired"));
        CacheObjects = Add(new Gauge("multinet_cache_objects", "Objects in a cache.", "cache"));
        CacheAge = Add(new Gauge("multinet_cache_age_seconds", "Since when nothing was heard for a cache.", "cache"));
        CacheSynced = Add(new Gauge("multinet_cache_synced", "1 where a cache has been complete.", "cache"));
        QueueLength = Add(new Gauge("multinet_queue_length", "What waits to be written to the API server.", "queue"));
        CachesComplete = Add(new Gauge("multinet_caches_complete", "1 where all caches have been complete."));
        Installed = Add(new Gauge("multinet_installed", "1 where executable, configuration and credentials are in place on the node."));
        InstallationWarnings = Add(new Gauge("multinet_installation_warnings", "What is not as it should be in the installation; the log says what."));
        Restorations = Add(new Counter("multinet_installation_restored_total", "How often something was put back that somebody had removed or changed."));
        TokenExpiry = Add(new Gauge("multinet_token_expiry_timestamp_seconds", "When the token expires with which multinet asks the API server itself; 0 where there is none."));
        BuildInfo = Add(new Gauge("multinet_build_info", "1, with what was built.", "version", "commit"));
        BuildInfo.Set(static () => 1, ProgramVersion.Version, ProgramVersion.Commit);
        Memory = Add(new Gauge("process_resident_memory_bytes", "Memory of the daemon."));
        Memory.Set(static () => Environment.WorkingSet);
    }

    /// <summary>0 or 1.</summary>
    public Gauge Installed { get; }

    /// <summary>How many.</summary>
    public Gauge InstallationWarnings { get; }

    /// <summary>Times.</summary>
    public Counter Restorations { get; }

    /// <summary>Seconds since 1970.</summary>
    public Gauge TokenExpiry { get; }

    /// <summary>Attachments: network, plugin.</summary>
    public Histogram AddDuration { get; }

    /// <summary>Releases: network, plugin.</summary>
    public Histogram DelDuration { get; }

    /// <summary>Calls of the runtime: verb.</summary>
    public Histogram CallDuration { get; }

    /// <summary>Calls that failed: verb, CNI error code.</summary>
    public Counter Errors { get; }

    /// <summary>Requests on the socket: operation, result.</summary>
    public Counter SocketRequests { get; }

    /// <summary>Attempts to write a status: <c>written</c>, <c>retried</c>, <c>gone</c>, <c>refused</c>.</summary>
    public Counter StatusWrites { get; }

    /// <summary>Events: <c>sent</c>, <c>failed</c>, <c>dropped</c>, <c>merged</c>.</summary>
    public Counter EventsSent { get; }

    /// <summary>Failures of lists and watches: cache.</summary>
    public Counter WatchFailures { get; }

    /// <summary>Failures of the daemon's parts: part.</summary>
    public Counter LoopFailures { get; }

    /// <summary>Found without an owner: kind (<c>sandbox</c>, <c>attachment</c>, <c>address</c>, <c>record</c>; <c>unreleased</c> where it could not be released).</summary>
    public Counter Leaked { get; }

    /// <summary>Released for want of an owner: kind.</summary>
    public Counter Reclaimed { get; }

    /// <summary>Attachments that have changed: <c>true</c> or <c>false</c> for repaired.</summary>
    public Counter Drifts { get; }

    /// <summary>Objects: cache.</summary>
    public Gauge CacheObjects { get; }

    /// <summary>Seconds since the server was heard: cache.</summary>
    public Gauge CacheAge { get; }

    /// <summary>0 or 1: cache.</summary>
    public Gauge CacheSynced { get; }

    /// <summary>Lengths: queue.</summary>
    public Gauge QueueLength { get; }

    /// <summary>0 or 1.</summary>
    public Gauge CachesComplete { get; }

    private Gauge BuildInfo { get; }

    private Gauge Memory { get; }
}
