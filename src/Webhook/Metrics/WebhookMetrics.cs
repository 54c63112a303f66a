using MultiNet.Hosting.Metrics;
using MultiNet.Meta.CommandLine;

namespace MultiNet.Webhook.Metrics;

/// <summary>Everything that is counted; docs/webhook.md has the table.</summary>
internal sealed class WebhookMetrics : MetricSet
{
    // Two labels that users choose.
    private const int MostDefinitions = 200;

    public WebhookMetrics()
    {
        Requests = Add(new Counter("multinet_admission_requests_total", "Reviews that were answered.", "webhook", "operation", "result"));
        Duration = Add(new Histogram("multinet_admission_duration_seconds", "How long reviews took, from the whole request to the answer.", "webhook", "operation"));
        Findings = Add(new Counter("multinet_admission_findings_total", "What rules have found, after policy.", "rule", "severity"));
        Refused = Add(new Counter("multinet_admission_http_errors_total", "Requests that were no review, or one too many, by the HTTP status they got.", "code"));
        InFlight = Add(new Gauge("multinet_admission_inflight", "Reviews that are being judged or wait for it."));
        BodyBytes = Add(new Gauge("multinet_admission_body_bytes", "What is held of reviews that are being received or judged."));
        CacheSynced = Add(new Gauge("multinet_admission_cache_synced", "1 where all that is known of the cluster has been listed."));
        DefinitionsInUse = Add(new Gauge("multinet_admission_nads_in_use", "Definitions of which live pods hold, or ask for, an attachment."));
        DefinitionUse = Add(new TopGauge("multinet_admission_nad_in_use", "Attachments that live pods hold, or ask for, of a definition; of those with the most.", MostDefinitions, "namespace", "name"));
        CertificateExpiry = Add(new Gauge("multinet_admission_cert_expiry_timestamp_seconds", "When the certificate expires that is served; 0 where there is none."));
        CaBundleInSync = Add(new Gauge("multinet_admission_ca_bundle_in_sync", "1 where caBundle of a webhook configuration was found, or made, what it is to be.", "kind", "name"));
        CertificateReloadErrors = Add(new Counter("multinet_admission_cert_reload_errors_total", "Times that certificates, or what they are made of, could not be read, written or used."));
        ConfigReloads = Add(new Counter("multinet_admission_config_reloads_total", "Times the configuration was read anew.", "result"));
        LoopFailures = Add(new Counter("multinet_part_failures_total", "Parts of the webhook that failed and were started again.", "part"));
        WatchFailures = Add(new Counter("multinet_watch_failures_total", "Lists and watches that failed and are tried again.", "cache"));
        Add(new Gauge("multinet_build_info", "1, with what was built.", "version", "commit")).Set(static () => 1, ProgramVersion.Version, ProgramVersion.Commit);
        Add(new Gauge("process_resident_memory_bytes", "Memory of the webhook.")).Set(static () => Environment.WorkingSet);
    }

    /// <summary>Reviews: <c>validate</c> or <c>mutate</c>; the operation; <c>allowed</c>, <c>warned</c>, <c>denied</c>, <c>mutated</c>.</summary>
    public Counter Requests { get; }

    /// <summary>Reviews: webhook, operation.</summary>
    public Histogram Duration { get; }

    /// <summary>Findings: rule, <c>error</c> or <c>warning</c>.</summary>
    public Counter Findings { get; }

    /// <summary>Other answers than 200: status code.</summary>
    public Counter Refused { get; }

    /// <summary>Reviews at work.</summary>
    public Gauge InFlight { get; }

    /// <summary>Bytes.</summary>
    public Gauge BodyBytes { get; }

    /// <summary>0 or 1.</summary>
    public Gauge CacheSynced { get; }

    /// <summary>Definitions.</summary>
    public Gauge DefinitionsInUse { get; }

    /// <summary>Attachments: namespace and name of the definition.</summary>
    public TopGauge DefinitionUse { get; }

    /// <summary>Seconds since 1970.</summary>
    public Gauge CertificateExpiry { get; }

    /// <summary>0 or 1: kind and name of the webhook configuration.</summary>
    public Gauge CaBundleInSync { get; }

    /// <summary>Attempts.</summary>
    public Counter CertificateReloadErrors { get; }

    /// <summary>Times: <c>changed</c>, <c>refused</c>.</summary>
    public Counter ConfigReloads { get; }

    /// <summary>Failures of the webhook's parts: part.</summary>
    public Counter LoopFailures { get; }

    /// <summary>Failures of lists and watches: cache.</summary>
    public Counter WatchFailures { get; }
}
