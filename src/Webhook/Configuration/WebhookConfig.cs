using System.Net;
using MultiNet.Hosting.Logging;
using MultiNet.Validation;
using MultiNet.Webhook.Mutation;

namespace MultiNet.Webhook.Configuration;

/// <summary>The webhook's configuration; docs/webhook.md has the table.</summary>
internal sealed record WebhookConfig
{
    /// <summary>Where it is looked for.</summary>
    public const string DefaultFile = "/etc/multinet/webhook.json";

    /// <summary><c>listen</c>: where reviews are answered, over TLS.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.IPv6Any, 8443);

    /// <summary><c>healthListen</c>: where probes and metrics are answered, without TLS; null for nowhere (<c>"off"</c>).</summary>
    public IPEndPoint? HealthListen { get; init; } = new(IPAddress.IPv6Any, 8081);

    /// <summary><c>kubeconfig</c>: how to reach the API server; empty: as a pod does, by its service account.</summary>
    public string Kubeconfig { get; init; } = "";

    /// <summary><c>clusterKnowledge</c>: are rules applied that need to know the cluster?</summary>
    public ClusterKnowledgeUse ClusterKnowledge { get; init; } = ClusterKnowledgeUse.Optional;

    /// <summary><c>watchNodes</c>: are nodes watched, too, to tell of devices that none offers (MN-SR-007)? They must be allowed to be read.</summary>
    public bool WatchNodes { get; init; }

    /// <summary><c>askWorkloads</c>: is the API server asked for the workloads that name a definition which is deleted (MN-DEL-002)? They must be allowed to be listed.</summary>
    public bool AskWorkloads { get; init; }

    /// <summary><c>certificates</c>.</summary>
    public CertificateConfig Certificates { get; init; } = new();

    /// <summary><c>validation</c>. Changes take effect while it runs.</summary>
    public ValidationOptions Validation { get; init; } = ValidationOptions.Default;

    /// <summary><c>mutation</c>. Changes take effect while it runs.</summary>
    public MutationOptions Mutation { get; init; } = new();

    /// <summary><c>limits</c>.</summary>
    public LimitConfig Limits { get; init; } = new();

    /// <summary><c>drainSeconds</c>: how long, after SIGTERM, it still answers while the API server learns that it is going; 0 to 300.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary><c>logLevel</c>. Changes take effect while it runs.</summary>
    public DaemonLogLevel LogLevel { get; init; } = DaemonLogLevel.Info;
}
