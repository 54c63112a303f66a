using System.Net;
using MultiNet.Hosting.Health;
using MultiNet.Webhook.Certificates;
using MultiNet.Webhook.Configuration;
using MultiNet.Webhook.Knowledge;
using MultiNet.Webhook.Metrics;

namespace MultiNet.Webhook.Serving;

/// <summary>Would a review that comes now be answered, as the API server asks for it?</summary>
internal sealed class WebhookProbes(WebhookConfig config, IServingCertificate certificate, IWebhookKnowledge? knowledge, WebhookMetrics metrics, TimeProvider time) : IProbes
{
    private readonly SelfDial _dial = new(config.Certificates.HostName);
    private volatile IPEndPoint? _listener;
    private volatile bool _isDraining;

    /// <summary>Where reviews are answered; null before.</summary>
    public IPEndPoint? Listener { get => _listener; set => _listener = value; }

    /// <summary>Has it been told to stop?</summary>
    public bool IsDraining { get => _isDraining; set => _isDraining = value; }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> NotReadyAsync()
    {
        if (_isDraining)
            return ["it is stopping"];
        var reasons = new List<string>();
        if (certificate.Current is null)
            reasons.Add("there is no certificate yet");
        else if (_listener is not { } listener)
            reasons.Add("it does not listen yet");
        else if (await _dial.FindFaultAsync(listener, time).ConfigureAwait(false) is { } fault)
            reasons.Add(fault);
        if (config.ClusterKnowledge == ClusterKnowledgeUse.Required)
            reasons.AddRange(knowledge?.NotSynced ?? ["nothing is known of the cluster"]);
        return reasons;
    }

    /// <inheritdoc/>
    /// <remarks>The process only: no other part of the cluster, and no certificate, gets better by a restart.</remarks>
    public Task<string?> NotAliveAsync() => Task.FromResult<string?>(null);

    /// <inheritdoc/>
    public string Metrics() => metrics.Text();
}
