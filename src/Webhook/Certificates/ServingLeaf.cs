using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MultiNet.Webhook.Certificates.Authorities;

namespace MultiNet.Webhook.Certificates;

/// <summary>A server's certificate with its key, which lives in the memory of this replica only.</summary>
internal sealed class ServingLeaf
{
    /// <summary>How long it is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private ServingLeaf(X509Certificate2 certificate, string authorityId, DateTimeOffset now)
    {
        Context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        AuthorityId = authorityId;
        NotAfter = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
        // Not all replicas at the same moment.
        RenewAt = now + ((NotAfter - now) * ((2.0 / 3) - (Random.Shared.NextDouble() / 20)));
    }

    /// <summary>What a connection is given.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>The authority that signed it.</summary>
    public string AuthorityId { get; }

    /// <summary>Until when it is valid.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>When another is to take its place: about two thirds of its life have passed.</summary>
    public DateTimeOffset RenewAt { get; }

    /// <summary>Makes a key and has it signed.</summary>
    /// <param name="authority">Signs.</param>
    /// <param name="names">The names of the server; at least one.</param>
    /// <param name="now">The time.</param>
    public static ServingLeaf Make(CertificateAuthority authority, IReadOnlyList<string> names, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // The common name is limited to 64 characters and nobody reads it: the name that counts is an alternative one.
        var request = new CertificateRequest("CN=multinet-webhook", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)); // serverAuth
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        using var signed = authority.Sign(request, now - CertificateAuthority.Backdate, now + Lifetime);
        return new ServingLeaf(signed.CopyWithPrivateKey(key), authority.Id, now);
    }
}
