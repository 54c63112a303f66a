using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MultiNet.Webhook.Certificates;
using MultiNet.Webhook.Certificates.Authorities;

namespace MultiNet.Webhook.Tests.Certificates;

public sealed class CertificateAuthorityTests
{
    private static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    [Fact]
    public void Authority_MaySignAndNothingElse_ForAYear()
    {
        var authority = CertificateAuthority.Make(s_now);
        using var certificate = X509Certificate2.CreateFromPem(authority.CertificatePem);

        Assert.True(authority.IsOurs);
        Assert.InRange(authority.NotAfter - s_now, TimeSpan.FromDays(365) - TimeSpan.FromSeconds(1), TimeSpan.FromDays(365));
        Assert.InRange(authority.RenewAt - s_now, TimeSpan.FromDays(243), TimeSpan.FromDays(244));
        Assert.Equal("1.2.840.10045.3.1.7", certificate.GetECDsaPublicKey()!.ExportParameters(false).Curve.Oid.Value);
        Assert.True(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single() is { CertificateAuthority: true, PathLengthConstraint: 0 });
    }

    [Fact]
    public void Authority_IsReadAsItWasWritten()
    {
        var authority = CertificateAuthority.Make(s_now);

        var read = CertificateAuthority.Read(authority.CertificatePem, authority.KeyPem!);

        Assert.Equal((authority.Id, authority.NotAfter), (read.Id, read.NotAfter));
        Assert.Null(Assert.Single(CertificateAuthority.ReadBundle(Encoding.UTF8.GetBytes(authority.CertificatePem))).KeyPem);
    }

    [Fact]
    public void AuthorityOfAPerson_WithAnRsaKey_SignsToo()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=somebody", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var certificate = request.CreateSelfSigned(s_now - TimeSpan.FromDays(1), s_now + TimeSpan.FromDays(3));
        var authority = CertificateAuthority.Read(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());

        var leaf = ServingLeaf.Make(authority, [Replica.Host], s_now);

        Assert.False(authority.IsOurs);
        Assert.Equal("", Replica.Refusal(leaf.Context, authority.CertificatePem, s_now));
        Assert.Equal(authority.NotAfter, leaf.NotAfter); // not longer than its authority
    }

    [Fact]
    public void KeyOfAnother_IsRefused()
    {
        var error = Assert.Throws<UnusableCertificateException>(() => CertificateAuthority.Read(CertificateAuthority.Make(s_now).CertificatePem, CertificateAuthority.Make(s_now).KeyPem!));
        Assert.DoesNotContain("PRIVATE", error.Message);
    }

    [Fact]
    public void CertificateThatMayNotSign_IsNoAuthority()
    {
        var pair = PemPair.Make("server", s_now + TimeSpan.FromDays(3));

        Assert.Contains("basic constraints", Assert.Throws<UnusableCertificateException>(() => CertificateAuthority.Read(pair.Certificate, pair.Key)).Message);
        Assert.Empty(CertificateAuthority.ReadBundle(Encoding.UTF8.GetBytes(pair.Certificate)));
    }

    [Fact]
    public void Bundle_IsReadAroundWhatIsNone()
    {
        CertificateAuthority a = CertificateAuthority.Make(s_now), b = CertificateAuthority.Make(s_now);

        var read = CertificateAuthority.ReadBundle(Encoding.UTF8.GetBytes($"# a\n{a.CertificatePem}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n{a.KeyPem}{b.CertificatePem}\0"));

        Assert.Equal([a.Id, b.Id], read.Select(r => r.Id));
        Assert.Empty(CertificateAuthority.ReadBundle([]));
        Assert.Empty(CertificateAuthority.ReadBundle([0xff, 0xfe, 0]));
    }

    [Fact]
    public void FormerAuthorities_AreKeptUntilTheyExpire_AndNotMoreThanAFew()
    {
        var set = AuthoritySet.Make([], s_now);
        for (int i = 0; i < 20; i++)
            set = set.WithNext(s_now + TimeSpan.FromDays(i)).WithNextAsCurrent(s_now + TimeSpan.FromDays(i));

        Assert.Equal(8, set.Former.Count);
        Assert.Empty(set.WithNext(s_now + TimeSpan.FromDays(800)).Former);
        Assert.Empty(set.Bundle(s_now + TimeSpan.FromDays(800)));
    }

    [Theory]
    [InlineData(Replica.Host, true)]
    [InlineData("kubernetes.default.svc", false)]
    public async Task Leaf_IsAcceptedInAHandshake_UnderItsNameOnly(string host, bool isAccepted)
    {
        var authority = CertificateAuthority.Make(s_now);
        var leaf = ServingLeaf.Make(authority, [Replica.Host], s_now);
        Pipe up = new(), down = new();
        await using var server = new SslStream(new DuplexStream(up.Reader.AsStream(), down.Writer.AsStream()));
        await using var client = new SslStream(new DuplexStream(down.Reader.AsStream(), up.Writer.AsStream()));
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(authority.CertificatePem);

        var serving = server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = leaf.Context });
        var asking = client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = policy });

        if (isAccepted)
            await Task.WhenAll(serving, asking);
        else
            await Assert.ThrowsAsync<AuthenticationException>(() => asking);
    }

    private sealed class DuplexStream(Stream reads, Stream writes) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => writes.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => writes.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => reads.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => reads.ReadAsync(buffer, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => writes.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => writes.WriteAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
