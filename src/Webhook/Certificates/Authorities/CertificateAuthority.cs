using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MultiNet.Webhook.Certificates.Authorities;

/// <summary>
/// An authority of certificates: its own certificate, and its key where that is known. The certificate is what the API server gets in a
/// <c>caBundle</c>; the key is known to the replicas only.
/// </summary>
internal sealed class CertificateAuthority
{
    /// <summary>How long an authority is valid; it is succeeded after two thirds of that.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    /// <summary>Certificates are valid from so long before they are made: clocks of API servers differ.</summary>
    public static readonly TimeSpan Backdate = TimeSpan.FromHours(1);

    private const string NamePrefix = "CN=multinet-webhook-ca-";
    private const int MostInABundle = 64;

    private readonly X509Certificate2 _certificate;
    private readonly AsymmetricAlgorithm? _key;

    private CertificateAuthority(X509Certificate2 certificate, AsymmetricAlgorithm? key)
    {
        _certificate = certificate;
        _key = key;
        CertificatePem = certificate.ExportCertificatePem() + "\n";
        Id = certificate.GetCertHashString(HashAlgorithmName.SHA256);
    }

    /// <summary>The SHA-256 of the certificate, in hexadecimal.</summary>
    public string Id { get; }

    /// <summary>The certificate in PEM, with a line feed at its end.</summary>
    public string CertificatePem { get; }

    /// <summary>The key in PEM (PKCS #8); null where it is not known.</summary>
    public string? KeyPem => _key is null ? null : _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>From when it is valid.</summary>
    public DateTimeOffset NotBefore => new(_certificate.NotBefore.ToUniversalTime());

    /// <summary>Until when it is valid.</summary>
    public DateTimeOffset NotAfter => new(_certificate.NotAfter.ToUniversalTime());

    /// <summary>When it was made.</summary>
    public DateTimeOffset MadeAt => NotBefore + Backdate;

    /// <summary>When another is to succeed it: two thirds of its life have passed.</summary>
    public DateTimeOffset RenewAt => MadeAt + ((NotAfter - MadeAt) * (2.0 / 3));

    /// <summary>Was it made here? Authorities of other people are never passed on.</summary>
    public bool IsOurs => _certificate.Subject.StartsWith(NamePrefix, StringComparison.Ordinal);

    /// <summary>Makes an authority with a key of its own.</summary>
    public static CertificateAuthority Make(DateTimeOffset now)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // Each has a name of its own, so that a verifier needs not to try several; it says when it was made.
        var request = new CertificateRequest($"{NamePrefix}{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var certificate = request.CreateSelfSigned(now - Backdate, now + Lifetime);
        return new CertificateAuthority(X509CertificateLoader.LoadCertificate(certificate.RawData), key);
    }

    /// <summary>Reads an authority with its key.</summary>
    /// <param name="certificate">PEM.</param>
    /// <param name="key">PEM: PKCS #8, or the older forms of EC and RSA; not encrypted.</param>
    /// <exception cref="UnusableCertificateException">It is none, or the key is another's.</exception>
    public static CertificateAuthority Read(string certificate, string key)
    {
        try
        {
            using var both = X509Certificate2.CreateFromPem(certificate, key);
            AsymmetricAlgorithm? own = (AsymmetricAlgorithm?)both.GetECDsaPrivateKey() ?? both.GetRSAPrivateKey();
            var read = new CertificateAuthority(
                X509CertificateLoader.LoadCertificate(both.RawData), own ?? throw new UnusableCertificateException("its key is of a kind that is not known here: expected EC or RSA"));
            return MaySign(both) ? read : throw new UnusableCertificateException("its certificate is not one of an authority (basic constraints)");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new UnusableCertificateException($"its certificate and key are not usable: {e.Message}", e);
        }
    }

    /// <summary>Reads the authorities of a bundle, without keys. What cannot be read is left out.</summary>
    public static IReadOnlyList<CertificateAuthority> ReadBundle(ReadOnlySpan<byte> pem)
    {
        var found = new List<CertificateAuthority>();
        ReadOnlySpan<char> rest = System.Text.Encoding.UTF8.GetString(pem);
        while (found.Count < MostInABundle && PemEncoding.TryFind(rest, out var field))
        {
            if (rest[field.Label] is "CERTIFICATE")
            {
                byte[] bytes = new byte[field.DecodedDataLength];
                if (Convert.TryFromBase64Chars(rest[field.Base64Data], bytes, out int length))
                    Add(found, bytes.AsSpan(0, length));
            }
            rest = rest[field.Location.End..];
        }
        return found;
    }

    /// <summary>Signs what <paramref name="request"/> asks for.</summary>
    /// <returns>The certificate, without its key.</returns>
    public X509Certificate2 Sign(CertificateRequest request, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var generator = _key switch
        {
            ECDsa ec => X509SignatureGenerator.CreateForECDsa(ec),
            RSA rsa => X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1),
            _ => throw new InvalidOperationException("the key of the authority is not known"),
        };
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 1); // positive, and not shortened
        return request.Create(
            _certificate.SubjectName, generator, notBefore > NotBefore ? notBefore : NotBefore, notAfter < NotAfter ? notAfter : NotAfter, serial);
    }

    private static void Add(List<CertificateAuthority> found, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var certificate = X509CertificateLoader.LoadCertificate(bytes);
            if (MaySign(certificate))
                found.Add(new CertificateAuthority(certificate, null));
        }
        catch (CryptographicException)
        {
            // No certificate.
        }
    }

    private static bool MaySign(X509Certificate2 certificate)
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509BasicConstraintsExtension { CertificateAuthority: true })
                return true;
        }
        return false;
    }
}
