using MultiNet.Cni;
using MultiNet.Hosting;
using MultiNet.Hosting.Logging;
using MultiNet.Hosting.Metrics;

namespace MultiNet.Webhook.Configuration;

/// <summary>Reads the configuration anew when its files have changed. By looking: what a ConfigMap mounts changes by renamed links, of which notifications tell little.</summary>
/// <param name="file">The file.</param>
/// <param name="initial">What stands in it now.</param>
/// <param name="apply">Takes a new configuration over.</param>
/// <param name="reloads">Counts, by <c>changed</c> and <c>refused</c>.</param>
/// <param name="log">The log.</param>
/// <param name="time">The clock.</param>
internal sealed class ConfigWatch(string file, WebhookConfig initial, Action<WebhookConfig> apply, Counter reloads, DaemonLog log, TimeProvider time) : IDaemonLoop
{
    private byte[]? _seen;
    private WebhookConfig _current = initial;

    /// <inheritdoc/>
    public string Name => "configuration";

    /// <summary>How often it looks.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
            Look();
        while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false));
    }

    /// <summary>Looks once.</summary>
    internal void Look()
    {
        byte[] text = [];
        try
        {
            var found = WebhookConfigFiles.Load(file, (json, origin) =>
            {
                text = json.ToArray();
                return _seen is { } seen && seen.AsSpan().SequenceEqual(text) ? null : WebhookConfigReader.Read(json, origin);
            });
            bool isFirst = _seen is null;
            _seen = text;
            if (found is null)
                return;
            if (isFirst && Fixed(found) == Fixed(_current))
            {
                apply(found);
                return;
            }
            reloads.Add(1, "changed");
            log.Info("the configuration has changed", new LogSubject { Part = Name });
            if (Fixed(found) != Fixed(_current))
                log.Warning("of the configuration only \"validation\", \"mutation\" and \"logLevel\" take effect at once: the other changes need a restart", new LogSubject { Part = Name });
            _current = found;
            apply(found);
        }
        catch (CniException e)
        {
            // Told once for each text, and counted.
            if (_seen is { } seen && seen.AsSpan().SequenceEqual(text))
                return;
            _seen = text;
            reloads.Add(1, "refused");
            log.Error($"the configuration is not taken over, the old one is kept: {e.Message}{(e.Details.Length > 0 ? $" ({e.Details})" : "")}", new LogSubject { Part = Name });
        }
    }

    // What holds until the process ends, as text: lists in records compare by reference.
    private static string Fixed(WebhookConfig config) =>
        string.Join(
            '\n', config.Listen, config.HealthListen, config.Kubeconfig, config.ClusterKnowledge, config.WatchNodes, config.AskWorkloads,
            (config.Certificates with { WebhookConfigurations = [] }).ToString(), string.Join(',', config.Certificates.WebhookConfigurations), config.Limits, config.Drain);
}
