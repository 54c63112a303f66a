using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MultiNet.Kubernetes.Credentials;

/// <summary>A client certificate and its key, from text or from files that may be renewed.</summary>
internal sealed class CertificateCredential : ICredential
{
    private readonly PemSource _certificate, _key;
    private readonly Lock _lock = new();
    private (string Certificate, string Key, Proof Proof)? _made;

    /// <summary>From a user that has a certificate.</summary>
    public CertificateCredential(KubeConfigUser user, TimeProvider time)
    {
        _certificate = new PemSource(user.ClientCertificate, user.ClientCertificateFile, time);
        _key = new PemSource(user.ClientKey, user.ClientKeyFile, time);
    }

    /// <inheritdoc/>
    public ValueTask<Proof> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            string certificate = _certificate.Text, key = _key.Text;
            if (_made is { } made && made.Certificate == certificate && made.Key == key)
                return new(made.Proof);
            try
            {
                var proof = Make(certificate, key, $"{_certificate}, {_key}");
                _made = (certificate, key, proof);
                return new(proof);
            }
            catch (KubeConfigException) when (_made is not null)
            {
                // One of the two files is new and the other is not yet.
                return new(_made.Value.Proof);
            }
        }
    }

    /// <inheritdoc/>
    public bool Refresh(Proof refused)
    {
        _certificate.Distrust();
        _key.Distrust();
        return !_certificate.IsFixed || !_key.IsFixed;
    }

    /// <summary>A certificate and its key out of PEM.</summary>
    /// <exception cref="KubeConfigException">They are none, or do not belong together.</exception>
    internal static Proof Make(string certificate, string key, string where)
    {
        try
        {
            return new Proof(null, X509Certificate2.CreateFromPem(certificate, key));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new KubeConfigException($"{where}: no client certificate with its key in PEM: {e.Message}", e);
        }
    }
}
