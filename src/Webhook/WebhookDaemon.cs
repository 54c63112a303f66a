using System.Net;
using MultiNet.Hosting;
using MultiNet.Hosting.Health;
using MultiNet.Hosting.Logging;
using MultiNet.Hosting.Memory;
using MultiNet.Meta.CommandLine;
using MultiNet.Webhook.Admission;
using MultiNet.Webhook.Certificates;
using MultiNet.Webhook.Configuration;
using MultiNet.Webhook.Metrics;
using MultiNet.Webhook.Serving;

namespace MultiNet.Webhook;

/// <summary>The webhook: a listener for the API server, one for probes, and what keeps certificate, knowledge and configuration fresh.</summary>
internal sealed class WebhookDaemon : IDisposable
{
    private static readonly TimeSpan s_finish = TimeSpan.FromSeconds(25);

    private readonly WebhookConfig _config;
    private readonly DaemonLog _log;
    private readonly IServingCertificate _certificate;
    private readonly LoopSupervisor _supervisor;
    private readonly List<IDaemonLoop> _loops = [];
    private readonly AdmissionEndpoint _endpoint;
    private readonly ProbeServer? _probeServer;
    private volatile ReviewSettings _settings;

    /// <summary>Puts the webhook together; nothing runs before <see cref="RunAsync"/>.</summary>
    /// <param name="parts">What it is made of.</param>
    /// <param name="log">The log.</param>
    public WebhookDaemon(WebhookParts parts, DaemonLog log)
    {
        var time = TimeProvider.System;
        (_config, _log, _certificate) = (parts.Config, log, parts.Certificate);
        _settings = new ReviewSettings(_config);
        Metrics = parts.Metrics;
        Metrics.CertificateExpiry.Set(() => _certificate.NotAfter.ToUnixTimeSeconds());
        Metrics.CacheSynced.Set(() => parts.Knowledge is { NotSynced.Count: 0 } ? 1 : 0);
        _supervisor = new LoopSupervisor(log, Metrics.LoopFailures, time, static e => e is Cni.CniException);
        _endpoint = new AdmissionEndpoint(_config.Limits, new Reviewer(parts.Knowledge), () => _settings, Metrics, log) { Hold = parts.Hold, Answered = parts.Allocations.Check };
        Probes = new WebhookProbes(_config, _certificate, parts.Knowledge, Metrics, time);
        if (_config.HealthListen is { } address)
            _loops.Add(_probeServer = new ProbeServer(address, Probes, log));
        if (parts.ConfigFile.Length > 0)
            _loops.Add(new ConfigWatch(parts.ConfigFile, _config, TakeOver, Metrics.ConfigReloads, log, time) { Period = parts.ConfigPeriod });
        _loops.Add(new MemoryTrim(time));
        _loops.AddRange(parts.Loops);
    }

    /// <summary>What is counted.</summary>
    public WebhookMetrics Metrics { get; }

    /// <summary>What it says of itself.</summary>
    public WebhookProbes Probes { get; }

    /// <summary>Where reviews are answered; null before.</summary>
    public IPEndPoint? Bound => Probes.Listener;

    /// <summary>Where probes are answered; null before, or where they are not.</summary>
    public IPEndPoint? HealthBound => _probeServer?.Bound;

    /// <summary>
    /// Runs until it is told to stop. Then it is not ready, answers for a while as before, and closes each connection with its answer: the API
    /// server learns late that a replica goes, and keeps its connections. At last it stops listening and finishes what is at work.
    /// </summary>
    /// <param name="stopping">Told to stop.</param>
    /// <param name="hurrying">Told so again: the while is over.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken hurrying)
    {
        _log.Info($"multinet-webhook {ProgramVersion.Version}");
        using var end = new CancellationTokenSource();
        var loops = _supervisor.RunAsync(_loops, end.Token);
        await using (var listener = await TlsListener.StartAsync(_config.Listen, _config.Limits, _certificate, _endpoint.AnswerAsync).ConfigureAwait(false))
        {
            Probes.Listener = listener.Bound;
            _log.Info($"reviews on https://{listener.Bound}");
            await WaitAsync(Timeout.InfiniteTimeSpan, stopping).ConfigureAwait(false);
            Probes.IsDraining = true;
            _endpoint.IsDraining = true;
            _log.Info($"stopping: reviews are answered for another {_config.Drain.TotalSeconds} s");
            await WaitAsync(_config.Drain, hurrying).ConfigureAwait(false);
            await listener.StopAsync(s_finish).ConfigureAwait(false);
        }
        await end.CancelAsync().ConfigureAwait(false);
        await loops.ConfigureAwait(false);
        _log.Info("stopped");
    }

    /// <inheritdoc/>
    public void Dispose() => _endpoint.Dispose();

    private void TakeOver(WebhookConfig config)
    {
        _settings = new ReviewSettings(config);
        _log.Level = config.LogLevel;
    }

    private static async Task WaitAsync(TimeSpan time, CancellationToken until)
    {
        try
        {
            await Task.Delay(time, until).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // That is what it waits for.
        }
    }
}
