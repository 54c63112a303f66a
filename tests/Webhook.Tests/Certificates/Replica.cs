using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MultiNet.Hosting.Logging;
using MultiNet.Kubernetes;
using MultiNet.Webhook.Certificates;
using MultiNet.Webhook.Metrics;

namespace MultiNet.Webhook.Tests.Certificates;

/// <summary>A replica's certificate against a <see cref="RegistrationServer"/>.</summary>
internal sealed class Replica : IDisposable
{
    public const string Host = "multinet-webhook.multinet-system.svc";

    private readonly MemoryStream _log = new();
    private readonly ApiServerClient _client;

    public Replica(RegistrationServer server, TimeProvider time)
    {
        _client = server.Server.Client();
        Certificate = new SelfManagedCertificate(
            _client, new ObjectKey("multinet-system", "multinet-webhook-ca"), "multinet-webhook", ["multinet-webhook"], new DaemonLog(_log, DaemonLogLevel.Debug), Metrics, time);
    }

    public WebhookMetrics Metrics { get; } = new();

    public SelfManagedCertificate Certificate { get; }

    /// <summary>The certificate that is shown.</summary>
    public X509Certificate2 Shown => Certificate.Current!.TargetCertificate;

    public string Log => System.Text.Encoding.UTF8.GetString(_log.ToArray());

    public Task<DateTimeOffset> PassAsync() => Certificate.PassAsync(CancellationToken.None);

    /// <summary>A line of the metrics.</summary>
    public string Metric(string name) => Metrics.Text().Split('\n').First(l => l.StartsWith(name, StringComparison.Ordinal));

    /// <summary>Would an API server with this bundle accept what is shown, at this time?</summary>
    public static string Refusal(SslStreamCertificateContext? shown, string bundle, DateTimeOffset now)
    {
        if (shown is null)
            return "there is no certificate";
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(bundle);
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.1"));
        if (!shown.TargetCertificate.MatchesHostname(Host))
            return $"it is not for {Host}";
        return chain.Build(shown.TargetCertificate) ? "" : string.Join(", ", chain.ChainStatus.Select(s => $"{s.Status}"));
    }

    public void Dispose()
    {
        _client.Dispose();
        _log.Dispose();
    }
}
