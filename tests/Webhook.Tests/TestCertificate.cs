using System.Net.Security;
using MultiNet.Webhook.Certificates;

namespace MultiNet.Webhook.Tests;

/// <summary>A certificate that tests change while it is served.</summary>
internal sealed class TestCertificate : IServingCertificate
{
    public SslStreamCertificateContext? Current { get; set; }

    public DateTimeOffset NotAfter => Current is { } current ? current.TargetCertificate.NotAfter.ToUniversalTime() : DateTimeOffset.UnixEpoch;

    public static SslStreamCertificateContext Issue(TestAuthority authority, DateTimeOffset? until = null, string host = TestWebhook.HostName) =>
        SslStreamCertificateContext.Create(authority.Issue(host, until, host), null, offline: true);
}
