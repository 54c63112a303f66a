using System.Text;

namespace MultiNet.Kubernetes.Tests.KubeConfigs;

public sealed class KubeConfigTests : IDisposable
{
    private const string Good = """
        apiVersion: v1
        kind: Config
        current-context: admin@one
        clusters:
        - name: one
          cluster:
            server: https://10.0.0.1:6443/prefix
            certificate-authority: pki/ca.crt
            tls-server-name: kubernetes
            proxy-url: http://proxy:3128
        - name: two
          cluster: {server: "https://[fd00::1]:6443", insecure-skip-tls-verify: true, disable-compression: true}
        users:
        - name: admin
          user:
            client-certificate-data: Y2VydA==
            client-key-data: a2V5
        - name: file
          user: {token: old, tokenFile: token}
        - name: program
          user:
            exec:
              apiVersion: client.authentication.k8s.io/v1
              command: ./get-token
              args: [--name, "a b"]
              env: [{name: A, value: "1"}]
              provideClusterInfo: true
              interactiveMode: IfAvailable
        contexts:
        - name: admin@one
          context: {cluster: one, user: admin, namespace: telco}
        - name: second
          context: {cluster: two, user: file}
        - name: third
          context: {cluster: two, user: program}
        - name: nobody
          context: {cluster: two}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-kubeconfig-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void CurrentContext_IsRead()
    {
        var config = KubeConfig.Load([Write(Good)]);

        Assert.Equal(("admin@one", "telco"), (config.Context, config.Namespace));
        Assert.Equal(new Uri("https://10.0.0.1:6443/prefix"), config.Cluster.Server);
        Assert.Equal(Path.Combine(_folder.FullName, "pki/ca.crt"), config.Cluster.CertificateAuthorityFile);
        Assert.Equal(("kubernetes", "http://proxy:3128/"), (config.Cluster.TlsServerName, config.Cluster.Proxy!.AbsoluteUri));
        Assert.Equal(("cert", "key"), (config.User.ClientCertificate, config.User.ClientKey));
    }

    [Fact]
    public void NamedContext_IsRead()
    {
        var config = KubeConfig.Load([Write(Good)], "second");

        Assert.Equal("default", config.Namespace);
        Assert.True(config.Cluster.InsecureSkipTlsVerify && config.Cluster.DisableCompression);
        Assert.Equal(Path.Combine(_folder.FullName, "token"), config.User.TokenFile);
        Assert.Equal(new KubeConfigUser(), KubeConfig.Load([Write(Good)], "nobody").User);
    }

    [Fact]
    public void Program_IsRead()
    {
        var exec = KubeConfig.Load([Write(Good)], "third").User.Exec!;

        Assert.Equal(Path.Combine(_folder.FullName, "get-token"), exec.Command);
        Assert.Equal(["--name", "a b"], exec.Arguments);
        Assert.Equal([new KeyValuePair<string, string>("A", "1")], exec.Environment);
        Assert.True(exec.ProvideClusterInfo);
    }

    [Fact]
    public void Json_IsRead()
    {
        var config = KubeConfig.Load([Write("""
            {"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
             "clusters": [{"name": "k", "cluster": {"server": "https://127.0.0.1:1"}}], "users": [{"name": "u", "user": {"token": "t"}}]}
            """)]);

        Assert.Equal(("t", "default"), (config.User.Token, config.Namespace));
    }

    [Fact]
    public void FirstFile_Wins_AndPathsBelongToTheirFile()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "sub"));
        string first = Write("""
            current-context: c
            clusters: [{name: k, cluster: {server: "https://first:1", certificate-authority: ca}}]
            """, "sub/first");
        string second = Write("""
            current-context: other
            clusters: [{name: k, cluster: {server: "https://second:1"}}]
            contexts: [{name: c, context: {cluster: k, user: u}}]
            users: [{name: u, user: {tokenFile: t}}]
            """, "second");

        var config = KubeConfig.Load([first, second]);

        Assert.Equal("first", config.Cluster.Server.Host);
        Assert.Equal(Path.Combine(_folder.FullName, "sub/ca"), config.Cluster.CertificateAuthorityFile);
        Assert.Equal(Path.Combine(_folder.FullName, "t"), config.User.TokenFile);
    }

    public static TheoryData<string, string, string> Bad => new()
    {
        { "current-context: admin@one", "current-context: nowhere", "the context \"nowhere\" does not exist; there are \"admin@one\", \"second\"" },
        { "current-context: admin@one", "", "no context is chosen" },
        { "{cluster: one, user: admin, namespace: telco}", "{cluster: missing, user: admin}", "the cluster \"missing\" does not exist" },
        { "{cluster: one, user: admin, namespace: telco}", "{cluster: one, user: missing}", "the user \"missing\" does not exist" },
        { "{cluster: one, user: admin, namespace: telco}", "{user: admin}", "contexts[0].context.cluster is missing" },
        { "{cluster: one, user: admin, namespace: telco}", "[]", "contexts[0].context: expected a mapping, found a list" },
        { "server: https://10.0.0.1:6443/prefix", "server: 10.0.0.1:6443", "clusters[0].cluster.server: expected a URL" },
        { "server: https://10.0.0.1:6443/prefix", "server: file:///etc/passwd", "clusters[0].cluster.server: expected a URL" },
        { "server: https://10.0.0.1:6443/prefix", "server: [a]", "clusters[0].cluster.server: expected text, found a list" },
        { "tls-server-name: kubernetes", "insecure-skip-tls-verify: true", "insecure-skip-tls-verify: not together with a certificate authority" },
        { "tls-server-name: kubernetes", "insecure-skip-tls-verify: perhaps", "insecure-skip-tls-verify: expected true or false, found \"perhaps\"" },
        { "client-certificate-data: Y2VydA==", "client-certificate-data: '***'", "users[0].user.client-certificate-data: not base64" },
        { "client-key-data: a2V5", "", "users[0].user.client-key is missing" },
        { "client-key-data: a2V5", "client-key-data: a2V5\n    as: somebody", "users[0].user.as is not supported" },
        { "client-key-data: a2V5", "client-key-data: a2V5\n    username: somebody", "users[0].user.username is not supported" },
        { "clusters:", "clusters: 5\nother:", "clusters: expected a list, found text" },
        { "- name: one", "- [one]\n- name: one", "clusters[0]: expected a mapping" },
        { "kind: Config", "kind: Config\nkind: Config", "stands twice" },
        { "kind: Config", "kind: [", "not valid YAML" },
        { "kind: Config", "kind: *nothing", "alias" },
        { "kind: Config", "kind: Config\n---\na: b\n---", "a second document" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void BadFile_IsRefused_WithTheFileAndThePlace(string what, string instead, string says)
    {
        Assert.Contains(what, Good);
        string file = Write(Good.Replace(what, instead));

        var error = Assert.Throws<KubeConfigException>(() => KubeConfig.Load([file]));

        Assert.Contains(file, error.Message);
        Assert.Contains(says, error.Message);
    }

    [Theory]
    [InlineData("apiVersion: client.authentication.k8s.io/v1", "apiVersion: client.authentication.k8s.io/v1alpha1", "users[2].user.exec.apiVersion")]
    [InlineData("command: ./get-token", "", "users[2].user.exec.command is missing")]
    [InlineData("interactiveMode: IfAvailable", "interactiveMode: Always", "users[2].user.exec.interactiveMode")]
    public void BadProgram_IsRefused(string what, string instead, string says) =>
        Assert.Contains(says, Assert.Throws<KubeConfigException>(() => KubeConfig.Load([Write(Good.Replace(what, instead))], "third")).Message);

    [Fact]
    public void MissingFile_IsRefused() =>
        Assert.Contains("/nowhere/config", Assert.Throws<KubeConfigException>(() => KubeConfig.Load(["/nowhere/config"])).Message);

    [Fact]
    public void EndlessFile_IsRefused() =>
        Assert.Contains("at most", Assert.Throws<KubeConfigException>(() => KubeConfig.Load(["/dev/zero"])).Message);

    [Fact]
    public void LargeFile_IsRefused() =>
        Assert.Contains("at most", Assert.Throws<KubeConfigException>(() => KubeConfig.Load([Write(new string('a', 2 << 20))])).Message);

    [Fact]
    public void Errors_ShowNoSecret()
    {
        var error = Assert.Throws<KubeConfigException>(() => KubeConfig.Load([Write(Good.Replace("user: {token: old, tokenFile: token}", "user: TOPSECRET"))], "second"));

        Assert.DoesNotContain("TOPSECRET", error.Message);
        Assert.DoesNotContain("TOPSECRET", new KubeConfigUser { Token = "TOPSECRET", ClientKey = "TOPSECRET" }.ToString());
    }

    [Fact]
    public void AnyText_IsReadOrRefused()
    {
        var random = new Random(41);
        string[] pieces = ["{", "}", "[", "]", ":", "- ", "\n", "  ", "&a ", "*a", "!!int ", "\"", "'", "|\n", "\t", "%YAML", "---", "\u0000", "é", "null", "<<: "];
        int refused = 0;
        for (int round = 0; round < 3000; round++)
        {
            var text = new StringBuilder(Good);
            for (int i = random.Next(1, 5); i > 0; i--)
                text.Insert(random.Next(text.Length), pieces[random.Next(pieces.Length)]);
            try
            {
                KubeConfig.Load([Write(text.ToString())]);
            }
            catch (KubeConfigException)
            {
                refused++;
            }
        }
        Assert.True(refused > 1000);
    }

    private string Write(string text, string name = "config")
    {
        string file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
