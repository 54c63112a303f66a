using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MultiNet.Hosting;
using MultiNet.Hosting.Logging;
using MultiNet.Webhook.Metrics;

namespace MultiNet.Webhook.Certificates;

/// <summary>
/// A certificate of two PEM files that somebody else sees to: cert-manager's Secret, or a person's. They are looked at every few seconds by what is
/// in them, so that a file written in its place and a link that is swapped are noticed alike. A pair that cannot be used leaves the one before
/// in use.
/// </summary>
/// <param name="certFile">The certificate, then those between it and its authority.</param>
/// <param name="keyFile">Its key, not encrypted.</param>
/// <param name="log">The log.</param>
/// <param name="metrics">What is counted.</param>
/// <param name="time">The clock.</param>
internal sealed class CertificateFiles(string certFile, string keyFile, DaemonLog log, WebhookMetrics metrics, TimeProvider time) : IServingCertificate, IDaemonLoop
{
    /// <summary>How often the files are looked at.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private const int LargestFile = 1 << 20;

    private volatile SslStreamCertificateContext? _current;
    private byte[] _certificate = [], _key = [];
    private string _failure = "";

    /// <inheritdoc/>
    public string Name => "certificate";

    /// <inheritdoc/>
    public SslStreamCertificateContext? Current => _current;

    /// <inheritdoc/>
    public DateTimeOffset NotAfter => _current is { } current ? Expiry(current) : DateTimeOffset.UnixEpoch;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                Look();
                await Task.Delay(Period, time, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It ends.
        }
    }

    /// <summary>Reads the files, and shows what they hold from now on where that is new and can be used. Never throws for what they are.</summary>
    internal void Look()
    {
        try
        {
            byte[] certificate, key, again = Read(certFile);
            int tries = 0;
            do
            {
                // Between two reads both may be replaced.
                certificate = again;
                key = Read(keyFile);
                again = Read(certFile);
            }
            while (!certificate.AsSpan().SequenceEqual(again) && ++tries < 5);
            if (certificate.AsSpan().SequenceEqual(_certificate) && key.AsSpan().SequenceEqual(_key) && _current is not null)
            {
                _failure = "";
                return;
            }
            Show(Encoding.UTF8.GetString(certificate), Encoding.UTF8.GetString(key));
            (_certificate, _key, _failure) = (certificate, key, "");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException or UnusableCertificateException)
        {
            metrics.CertificateReloadErrors.Add(1);
            // Once for each reason, not every ten seconds.
            if (e.Message == _failure)
                return;
            _failure = e.Message;
            string what = $"the certificate {certFile} and the key {keyFile} cannot be used: {e.Message}";
            if (_current is null)
                log.Error($"{what}; there is none to serve with", new LogSubject { Part = Name });
            else
                log.Warning($"{what}; the one before stays in use, valid until {Text(NotAfter)}", new LogSubject { Part = Name });
        }
    }

    private void Show(string certificate, string key)
    {
        // Refuses a key that is another certificate's.
        var leaf = X509Certificate2.CreateFromPem(certificate, key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificate);
        var now = time.GetUtcNow();
        var expiry = new DateTimeOffset(leaf.NotAfter.ToUniversalTime());
        if (expiry <= now && NotAfter > now)
            throw new UnusableCertificateException($"it has expired at {Text(expiry)}");
        // Without the certificate itself, which stands first.
        chain.RemoveAt(0);
        _current = SslStreamCertificateContext.Create(leaf, chain, offline: true);
        log.Info($"serving the certificate {leaf.Subject}, valid until {Text(expiry)}", new LogSubject { Part = Name });
    }

    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (file.Length > LargestFile)
            throw new IOException($"{path} has {file.Length} bytes; at most {LargestFile} are read");
        byte[] content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    private static DateTimeOffset Expiry(SslStreamCertificateContext context) => new(context.TargetCertificate.NotAfter.ToUniversalTime());

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
