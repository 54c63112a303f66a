using System.Security.Cryptography.X509Certificates;
using MultiNet.Kubernetes.Tests.Server;

namespace MultiNet.Kubernetes.Tests;

public sealed class CredentialTests : IDisposable
{
    private static readonly ObjectKey Key = new("default", "p");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-credentials-");

    private string TokenFile => Path.Combine(_folder.FullName, "token");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task TokenFile_IsReadAnew_WhenItChanges()
    {
        await using var server = await ScriptedServer.StartAsync();
        var tokens = Tokens(server, _ => true);
        await File.WriteAllTextAsync(TokenFile, "one\n");
        using var client = server.Client(new KubeConfigUser { Token = "not this", TokenFile = TokenFile });

        await client.GetAsync(ResourceTypes.Pods, Key, default);
        // As the kubelet does it: another file under the name.
        await File.WriteAllTextAsync(TokenFile + ".new", "two\n");
        File.SetLastWriteTimeUtc(TokenFile + ".new", DateTime.UtcNow.AddSeconds(5));
        File.Move(TokenFile + ".new", TokenFile, overwrite: true);
        await client.GetAsync(ResourceTypes.Pods, Key, default);

        Assert.Equal(["Bearer one", "Bearer two"], tokens);
    }

    [Fact]
    public async Task TokenFile_IsReadAnew_WhenTheServerRefusesTheToken()
    {
        await using var server = await ScriptedServer.StartAsync();
        await File.WriteAllTextAsync(TokenFile, "one");
        var time = File.GetLastWriteTimeUtc(TokenFile);
        var tokens = Tokens(server, token =>
        {
            // Rotated at this very moment, and with the same time.
            File.WriteAllText(TokenFile, "two");
            File.SetLastWriteTimeUtc(TokenFile, time);
            return token == "Bearer two";
        });
        using var client = server.Client(new KubeConfigUser { TokenFile = TokenFile });

        await client.GetAsync(ResourceTypes.Pods, Key, default);

        Assert.Equal(["Bearer one", "Bearer two"], tokens);
    }

    [Fact]
    public async Task TokenOfAKubeConfig_IsReadAnew_WhenTheServerRefusesIt()
    {
        await using var server = await ScriptedServer.StartAsync();
        string file = Path.Combine(_folder.FullName, "kubeconfig");
        string Text(string token) => $$$"""
            {"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}], "clusters": [{"name": "k", "cluster": {"server": "{{{server.Url}}}"}}],
             "users": [{"name": "another", "user": {"token": "not-this"}}, {"name": "u", "user": {"token": "{{{token}}}"}}]}
            """;
        await File.WriteAllTextAsync(file, Text("one"));
        string good = "one";
        var tokens = Tokens(server, token => token == $"Bearer {good}");
        using var client = new ApiServerClient(KubeConfig.Load([file]), "tests/1") { Retry = ScriptedServer.Quick };

        await client.GetAsync(ResourceTypes.Pods, Key, default);
        good = "two";
        Assert.True((await Assert.ThrowsAsync<KubeApiException>(() => client.GetAsync(ResourceTypes.Pods, Key, default))).IsUnauthorized);
        await File.WriteAllTextAsync(file, "{ half of it");
        Assert.True((await Assert.ThrowsAsync<KubeApiException>(() => client.GetAsync(ResourceTypes.Pods, Key, default))).IsUnauthorized);
        await File.WriteAllTextAsync(file, Text("two"));
        await client.GetAsync(ResourceTypes.Pods, Key, default);
        await client.GetAsync(ResourceTypes.Pods, Key, default);

        Assert.Equal(["Bearer one", "Bearer one", "Bearer one", "Bearer one", "Bearer two", "Bearer two"], tokens);
    }

    [Fact]
    public async Task RefusedToken_IsSentTwiceAndNoMore()
    {
        await using var server = await ScriptedServer.StartAsync();
        await File.WriteAllTextAsync(TokenFile, "one");
        var tokens = Tokens(server, _ => false);
        using var client = server.Client(new KubeConfigUser { TokenFile = TokenFile });

        var error = await Assert.ThrowsAsync<KubeApiException>(() => client.GetAsync(ResourceTypes.Pods, Key, default));

        Assert.True(error.IsUnauthorized);
        Assert.Equal(2, tokens.Count);
    }

    [Fact]
    public async Task TokenFile_ThatVanishes_LeavesTheOldTokenInUse()
    {
        await using var server = await ScriptedServer.StartAsync();
        var tokens = Tokens(server, _ => true);
        await File.WriteAllTextAsync(TokenFile, "one");
        using var client = server.Client(new KubeConfigUser { TokenFile = TokenFile });
        await client.GetAsync(ResourceTypes.Pods, Key, default);

        File.Delete(TokenFile);
        await client.GetAsync(ResourceTypes.Pods, Key, default);

        Assert.Equal(["Bearer one", "Bearer one"], tokens);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a b", "not a token")]
    [InlineData("a\nb", "not a token")]
    [InlineData("tök", "not a token")]
    public async Task TokenFile_WithoutAToken_IsAnError(string content, string says)
    {
        await using var server = await ScriptedServer.StartAsync();
        await File.WriteAllTextAsync(TokenFile, content);
        using var client = server.Client(new KubeConfigUser { TokenFile = TokenFile });

        var error = await Assert.ThrowsAsync<KubeConfigException>(() => client.GetAsync(ResourceTypes.Pods, Key, default));

        Assert.Contains(TokenFile, error.Message);
        Assert.Contains(says, error.Message);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task ClientCertificate_IsShown_AndTheRenewedOneAfterIt()
    {
        using var authority = new TestAuthority();
        await using var server = await ScriptedServer.StartAsync(authority.Issue("server", null, "127.0.0.1"));
        var shown = new List<string>();
        server.Answer = async context =>
        {
            shown.Add((await context.Connection.GetClientCertificateAsync())?.Subject ?? "");
            await context.JsonAsync(Answers.Pod("p", "1"));
        };
        string certificate = Path.Combine(_folder.FullName, "tls.crt"), key = Path.Combine(_folder.FullName, "tls.key");
        WriteCertificate(authority.Issue("first"), certificate, key, 0);
        using var client = server.Client(new KubeConfigUser { ClientCertificateFile = certificate, ClientKeyFile = key }, authority.Pem);

        await client.GetAsync(ResourceTypes.Pods, Key, default);
        WriteCertificate(authority.Issue("second"), certificate, key, 5);
        await client.GetAsync(ResourceTypes.Pods, Key, default);

        Assert.Equal(["CN=first", "CN=second"], shown);
    }

    [Fact]
    public async Task Certificate_OfAnotherAuthority_IsRefused()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority("other");
        await using var server = await ScriptedServer.StartAsync(authority.Issue("server", null, "127.0.0.1"));
        using var client = server.Client(authority: other.Pem, retry: RetryPolicy.Once);

        await Assert.ThrowsAsync<KubeConnectionException>(() => client.GetAsync(ResourceTypes.Pods, Key, default));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Certificate_WithAnotherName_IsRefused_ThoughTheAuthorityIsRight()
    {
        using var authority = new TestAuthority();
        await using var server = await ScriptedServer.StartAsync(authority.Issue("server", null, "elsewhere.example"));
        using var client = server.Client(authority: authority.Pem, retry: RetryPolicy.Once);

        var error = await Assert.ThrowsAsync<KubeConnectionException>(() => client.GetAsync(ResourceTypes.Pods, Key, default));

        Assert.Contains("RemoteCertificateNameMismatch", error.Message);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task TlsServerName_IsTheNameThatIsChecked()
    {
        using var authority = new TestAuthority();
        await using var server = await ScriptedServer.StartAsync(authority.Issue("server", null, "elsewhere.example"));
        server.Answer = context => context.JsonAsync(Answers.Pod("p", "1"));
        using var client = new ApiServerClient(server.Config(authority: authority.Pem, serverName: "elsewhere.example"), "multinet/test");

        Assert.Equal("p", (await client.GetAsync(ResourceTypes.Pods, Key, default)).Metadata.Name);
    }

    [Fact]
    public async Task ExpiredCertificate_IsRefused()
    {
        using var authority = new TestAuthority();
        await using var server = await ScriptedServer.StartAsync(authority.Issue("server", DateTimeOffset.UtcNow.AddMinutes(-1), "127.0.0.1"));
        using var client = server.Client(authority: authority.Pem, retry: RetryPolicy.Once);

        await Assert.ThrowsAsync<KubeConnectionException>(() => client.GetAsync(ResourceTypes.Pods, Key, default));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BundleOfAuthorities_AllCount(bool first)
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority("other");
        await using var server = await ScriptedServer.StartAsync(authority.Issue("server", null, "127.0.0.1"));
        server.Answer = context => context.JsonAsync(Answers.Pod("p", "1"));
        using var client = server.Client(authority: first ? authority.Pem + other.Pem : other.Pem + authority.Pem);

        Assert.Equal("p", (await client.GetAsync(ResourceTypes.Pods, Key, default)).Metadata.Name);
    }

    [Fact]
    public async Task RotatedAuthority_IsTakenUp()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority("other");
        await using var server = await ScriptedServer.StartAsync(authority.Issue("server", null, "127.0.0.1"));
        server.Answer = context => context.JsonAsync(Answers.Pod("p", "1"));
        string file = Path.Combine(_folder.FullName, "ca.crt");
        await File.WriteAllTextAsync(file, other.Pem);
        using var client = new ApiServerClient(
            server.Config() with { Cluster = new KubeConfigCluster { Server = server.Url, CertificateAuthorityFile = file } }, "multinet/test") { Retry = RetryPolicy.Once };
        await Assert.ThrowsAsync<KubeConnectionException>(() => client.GetAsync(ResourceTypes.Pods, Key, default));

        await File.WriteAllTextAsync(file, authority.Pem);

        Assert.Equal("p", (await client.GetAsync(ResourceTypes.Pods, Key, default)).Metadata.Name);
    }

    [Theory]
    [InlineData("not PEM")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task AuthorityThatIsNone_IsAnError(string pem)
    {
        using var authority = new TestAuthority();
        await using var server = await ScriptedServer.StartAsync(authority.Issue("server", null, "127.0.0.1"));
        using var client = server.Client(authority: pem);

        Assert.Contains("no certificate authority", (await Assert.ThrowsAsync<KubeConfigException>(() => client.GetAsync(ResourceTypes.Pods, Key, default))).Message);
    }

    [Fact]
    public async Task Program_GivesATokenOnce_AndAnotherWhenThatIsRefused()
    {
        await using var server = await ScriptedServer.StartAsync();
        var tokens = Tokens(server, token => token != "Bearer t1");
        var program = new Program();
        using var client = new ApiServerClient(server.Config(new KubeConfigUser { Exec = Program.Command }), "multinet/test", program) { Retry = ScriptedServer.Quick };

        await client.GetAsync(ResourceTypes.Pods, Key, default);
        await client.GetAsync(ResourceTypes.Pods, Key, default);

        Assert.Equal(["Bearer t1", "Bearer t2", "Bearer t2"], tokens);
        Assert.Equal("""{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}""", program.Info);
    }

    [Fact]
    public async Task Program_RunsOnce_HoweverManyWait()
    {
        await using var server = await ScriptedServer.StartAsync();
        Tokens(server, _ => true);
        var program = new Program();
        using var client = new ApiServerClient(server.Config(new KubeConfigUser { Exec = Program.Command }), "multinet/test", program);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetAsync(ResourceTypes.Pods, Key, default)));

        Assert.Equal(1, program.Runs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"apiVersion": "client.authentication.k8s.io/v1beta1", "status": {"token": "t"}}""")]
    [InlineData("""{"apiVersion": "client.authentication.k8s.io/v1", "status": {}}""")]
    [InlineData("""{"apiVersion": "client.authentication.k8s.io/v1", "status": {"token": "t", "expirationTimestamp": "soon"}}""")]
    [InlineData("""{"apiVersion": "client.authentication.k8s.io/v1", "status": {"clientCertificateData": "x", "clientKeyData": "y"}}""")]
    public async Task Program_ThatPrintsSomethingElse_IsAnError(string printed)
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = new ApiServerClient(server.Config(new KubeConfigUser { Exec = Program.Command }), "multinet/test", new Program { Printed = printed });

        Assert.Contains("get-token", (await Assert.ThrowsAsync<KubeConfigException>(() => client.GetAsync(ResourceTypes.Pods, Key, default))).Message);
    }

    [Fact]
    public async Task Program_IsAnError_WhereNoneMayBeRun()
    {
        await using var server = await ScriptedServer.StartAsync();

        Assert.Throws<KubeConfigException>(() => new ApiServerClient(server.Config(new KubeConfigUser { Exec = Program.Command }), "multinet/test"));
    }

    private static List<string> Tokens(ScriptedServer server, Func<string, bool> accept)
    {
        var tokens = new List<string>();
        server.Answer = context =>
        {
            string token = context.Request.Headers.Authorization.ToString();
            lock (tokens)
                tokens.Add(token);
            return accept(token) ? context.JsonAsync(Answers.Pod("p", "1")) : context.StatusAsync(401, "Unauthorized");
        };
        return tokens;
    }

    private static void WriteCertificate(X509Certificate2 certificate, string file, string keyFile, int age)
    {
        File.WriteAllText(file, certificate.ExportCertificatePem());
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddSeconds(age));
        File.SetLastWriteTimeUtc(keyFile, DateTime.UtcNow.AddSeconds(age));
    }

    private sealed class Program : ICommandRunner
    {
        private int _runs;

        public static ExecCredentialCommand Command { get; } = new() { Command = "get-token", ApiVersion = "client.authentication.k8s.io/v1" };

        public int Runs => _runs;

        public string? Info { get; private set; }

        public string? Printed { get; init; }

        public async Task<ReadOnlyMemory<byte>> RunAsync(ExecCredentialCommand command, string execInfo, CancellationToken cancellationToken)
        {
            Info = execInfo;
            int run = Interlocked.Increment(ref _runs);
            await Task.Yield();
            return System.Text.Encoding.UTF8.GetBytes(Printed ?? $$$"""{"apiVersion": "client.authentication.k8s.io/v1", "status": {"token": "t{{{run}}}"}}""");
        }
    }
}
