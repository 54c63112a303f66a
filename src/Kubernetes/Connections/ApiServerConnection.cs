using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MultiNet.Kubernetes.Credentials;

namespace MultiNet.Kubernetes.Connections;

/// <summary>
/// Connections to one API server: the certificate is checked against the cluster's own authorities and for its name, both by the
/// framework. When authority or client certificate change, new requests get new connections.
/// </summary>
internal sealed class ApiServerConnection : IDisposable
{
    private readonly KubeConfigCluster _cluster;
    private readonly PemSource _authority;
    private readonly Lock _lock = new();
    private Channel? _channel;

    /// <summary>Nothing is connected yet.</summary>
    public ApiServerConnection(KubeConfig config, ICommandRunner? runner, TimeProvider time)
    {
        _cluster = config.Cluster;
        _authority = new PemSource(_cluster.CertificateAuthority, _cluster.CertificateAuthorityFile, time);
        Credential = CredentialOf(config, runner, time);
    }

    /// <summary>The credentials.</summary>
    public ICredential Credential { get; }

    /// <summary>The server's URL, with a slash at the end.</summary>
    public Uri Server => _cluster.Server.AbsoluteUri.EndsWith('/') ? _cluster.Server : new Uri(_cluster.Server.AbsoluteUri + "/");

    /// <summary>
    /// The header <c>Host</c>, or null for the URL's host: HttpClient checks the certificate against it, whatever <c>TargetHost</c> says.
    /// </summary>
    public string? Host => _cluster.TlsServerName.Length > 0 ? _cluster.TlsServerName : null;

    /// <summary>The invoker for requests with these credentials.</summary>
    /// <exception cref="KubeConfigException">The authority cannot be read.</exception>
    public HttpMessageInvoker Invoker(Proof proof)
    {
        lock (_lock)
        {
            string authority = _authority.Text;
            if (_channel is { } channel && channel.Authority == authority && ReferenceEquals(channel.Certificate, proof.Certificate))
                return channel.Invoker;
            // The one before goes on with what it has begun; its connections end when they are idle.
            _channel = new Channel(authority, proof.Certificate, new HttpMessageInvoker(Handler(authority, proof.Certificate)));
            return _channel.Invoker;
        }
    }

    /// <summary>After a refused handshake: authority and certificate are read anew.</summary>
    public void Distrust() => _authority.Distrust();

    /// <inheritdoc/>
    public void Dispose() => _channel?.Invoker.Dispose();

    private static ICredential CredentialOf(KubeConfig config, ICommandRunner? runner, TimeProvider time)
    {
        var user = config.User;
        if (user.Exec is { } exec)
        {
            return new ExecCredential(
                exec, config.Cluster, runner ?? throw new KubeConfigException($"the context \"{config.Context}\" wants the program {exec.Command} to be run, which is not possible here"), time);
        }
        var credentials = new List<ICredential>(2);
        if (user.ClientCertificate.Length > 0 || user.ClientCertificateFile.Length > 0)
            credentials.Add(new CertificateCredential(user, time));
        if (user.TokenFile.Length > 0)
            credentials.Add(new TokenFileCredential(user.TokenFile, time));
        else if (user.Token.Length > 0)
            credentials.Add(new TokenCredential(user));
        return credentials.Count switch
        {
            0 => new NoCredential(),
            1 => credentials[0],
            _ => new BothCredentials(credentials[0], credentials[1]),
        };
    }

    private SocketsHttpHandler Handler(string authority, X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = _cluster.Proxy is not null,
            Proxy = _cluster.Proxy is { } proxy ? new WebProxy(proxy) : null,
            AutomaticDecompression = _cluster.DisableCompression ? DecompressionMethods.None : DecompressionMethods.GZip,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            EnableMultipleHttp2Connections = true,
        };
        if (_cluster.Server.Scheme == "https")
            handler.SslOptions = TlsOptions(authority, certificate);
        return handler;
    }

    private SslClientAuthenticationOptions TlsOptions(string authority, X509Certificate2? certificate)
    {
        var options = new SslClientAuthenticationOptions();
        if (certificate is not null)
        {
            options.ClientCertificates = [certificate];
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }
        if (_cluster.InsecureSkipTlsVerify)
        {
#pragma warning disable CA5359 // insecure-skip-tls-verify asks for exactly this
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (authority.Length > 0)
        {
            // A policy, not a callback: with a callback the check of the name would be ours.
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(Authorities(authority));
        }
        return options;
    }

    private X509Certificate2Collection Authorities(string pem)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new KubeConfigException($"{_authority}: no certificate authority in PEM: {e.Message}", e);
        }
        return authorities.Count > 0 ? authorities : throw new KubeConfigException($"{_authority}: no certificate authority in PEM");
    }

    private sealed record Channel(string Authority, X509Certificate2? Certificate, HttpMessageInvoker Invoker);
}
