using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MultiNet.Hosting;
using MultiNet.Hosting.Logging;

namespace MultiNet.Webhook.Certificates;

/// <summary>A certificate of two PEM files, such as cert-manager's secret makes them.</summary>
/// <param name="certFile">The certificate, then those between it and its authority.</param>
/// <param name="keyFile">Its key.</param>
/// <param name="log">The log.</param>
internal sealed class CertificateFiles(string certFile, string keyFile, DaemonLog log) : IServingCertificate, IDaemonLoop
{
    private volatile SslStreamCertificateContext? _current;

    /// <inheritdoc/>
    public string Name => "certificate";

    /// <inheritdoc/>
    public SslStreamCertificateContext? Current => _current;

    /// <inheritdoc/>
    public DateTimeOffset NotAfter => _current is { } current ? current.TargetCertificate.NotAfter.ToUniversalTime() : DateTimeOffset.UnixEpoch;

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken stopping)
    {
        Load();
        return Task.CompletedTask;
    }

    /// <summary>Reads the pair.</summary>
    /// <exception cref="IOException">It cannot be read, or is no pair.</exception>
    public void Load()
    {
        try
        {
            using var read = X509Certificate2.CreateFromPemFile(certFile, keyFile);
            // A key of its own store, as servers want it.
            var leaf = X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certFile);
            _current = SslStreamCertificateContext.Create(leaf, chain, offline: true);
            log.Info($"serving the certificate {leaf.Subject}, valid until {NotAfter:yyyy-MM-dd'T'HH:mm:ss'Z'}", new LogSubject { Part = Name });
        }
        catch (Exception e) when (e is CryptographicException or UnauthorizedAccessException)
        {
            throw new IOException($"the certificate {certFile} and the key {keyFile} cannot be used: {e.Message}", e);
        }
    }
}
