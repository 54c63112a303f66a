using System.Net.Security;

namespace MultiNet.Webhook.Certificates;

/// <summary>There is no certificate (yet): nothing is served.</summary>
internal sealed class NoCertificate : IServingCertificate
{
    /// <inheritdoc/>
    public SslStreamCertificateContext? Current => null;

    /// <inheritdoc/>
    public DateTimeOffset NotAfter => DateTimeOffset.UnixEpoch;
}
