using MultiNet.Hosting;
using MultiNet.Hosting.Memory;
using MultiNet.Webhook.Certificates;
using MultiNet.Webhook.Configuration;
using MultiNet.Webhook.Knowledge;
using MultiNet.Webhook.Metrics;

namespace MultiNet.Webhook;

/// <summary>What a webhook is put together of.</summary>
internal sealed record WebhookParts
{
    /// <summary>The configuration.</summary>
    public required WebhookConfig Config { get; init; }

    /// <summary>What it serves.</summary>
    public required IServingCertificate Certificate { get; init; }

    /// <summary>What is counted; parts that were made before count there, too.</summary>
    public WebhookMetrics Metrics { get; init; } = new();

    /// <summary>What is known of the cluster; null where it is not watched.</summary>
    public IWebhookKnowledge? Knowledge { get; init; }

    /// <summary>What keeps certificate and knowledge fresh.</summary>
    public IReadOnlyList<IDaemonLoop> Loops { get; init; } = [];

    /// <summary>The configuration's file, looked at for changes; empty for none.</summary>
    public string ConfigFile { get; init; } = "";

    /// <summary>How often it is looked at.</summary>
    public TimeSpan ConfigPeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How much is allocated before it is collected.</summary>
    public AllocationBudget Allocations { get; init; } = new(4 * 1024 * 1024, whole: 4);

    /// <summary>Called while a review is judged; for tests that want several at once.</summary>
    public Func<Task>? Hold { get; init; }
}
