using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MultiNet.Webhook.Tests.Certificates;

/// <summary>A certificate and its key, in PEM, as cert-manager puts them into a Secret.</summary>
internal sealed record PemPair(string Certificate, string Key)
{
    public static PemPair Make(string name, DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(notAfter - TimeSpan.FromDays(90), notAfter);
        return new PemPair(certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
