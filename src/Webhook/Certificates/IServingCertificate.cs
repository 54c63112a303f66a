using System.Net.Security;

namespace MultiNet.Webhook.Certificates;

/// <summary>The certificate that the server shows; read anew for each connection, so that it may change at any time.</summary>
internal interface IServingCertificate
{
    /// <summary>The certificate with its key and chain; null while there is none: connections are refused, and the webhook is not ready.</summary>
    SslStreamCertificateContext? Current { get; }

    /// <summary>When it expires; the epoch where there is none.</summary>
    DateTimeOffset NotAfter { get; }
}
