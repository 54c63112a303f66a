using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Admission;

/// <summary>The component cert-manager, with a test in the place of cert-manager: it makes the Secret and writes caBundle.</summary>
[Collection(ClusterCollection.Name)]
public sealed class OwnCertificateTests(ClusterUnderTest cluster) : IAsyncLifetime
{
    private const string System = RegisteredWebhook.System, Name = RegisteredWebhook.Name;

    private string _manifests = "";

    /// <summary>Installs it with a certificate of the test's.</summary>
    public async Task InitializeAsync()
    {
        await RegisteredWebhook.ImportImageAsync(cluster);
        var all = await Kustomize.RenderAsync(
            "deploy/webhook/base", "deploy/webhook/components/cert-manager", "deploy/webhook/components/enforce", "deploy/webhook/components/older-servers");
        _manifests = string.Join("\n---\n", all.Split("\n---\n").Where(m => !m.Contains("apiVersion: cert-manager.io/", StringComparison.Ordinal)));
        // A certificate before the pods that mount it.
        await cluster.Kubectl.RunAsync("create", "namespace", System);
        await PublishAsync(Certificate("first"));
        await ApplyAsync(_manifests);
    }

    /// <summary>Takes it away.</summary>
    public async Task DisposeAsync()
    {
        await cluster.Kubectl.TryAsync(["delete", "validatingwebhookconfiguration", Name, "--ignore-not-found"]);
        await cluster.Kubectl.TryAsync(["delete", "--ignore-not-found", "--wait=true", "-f", "-"], _manifests);
    }

    [Fact]
    public Task NewCertificate_UnderLoad_IsFollowed_WithoutOneFailedRequest() => cluster.TestAsync(async test =>
    {
        X509Certificate2 first = Certificate("first"), second = Certificate("second");
        await PublishAsync(first);
        await TrustAsync(first, second);
        await cluster.Kubectl.RunAsync("-n", System, "rollout", "restart", $"deployment/{Name}");
        await cluster.Kubectl.RunAsync("-n", System, "rollout", "status", $"deployment/{Name}", $"--timeout={Eventually.Patience.TotalSeconds}s");
        await Eventually.HoldsAsync("it is obeyed", async () =>
            (await test.Kubectl.TryAsync(["apply", "--dry-run=server", "-f", "-"], NetworkDefinition.Of(test.Namespace, "bad", ApiLoad.Bad).ToJsonString())).Error.Contains("is invalid", StringComparison.Ordinal));
        await using var load = await ApiLoad.StartAsync(test);
        await load.MoreAsync(100);

        // The kubelet swaps a link of the mounted Secret.
        await PublishAsync(second);
        await Eventually.HoldsAsync("all replicas show the second", async () =>
        {
            // Fails while a replica of before the restart goes.
            var logs = await cluster.Kubectl.TryAsync(["-n", System, "logs", "-l", "app.kubernetes.io/component=webhook", "--tail=-1"]);
            return logs.ExitCode == 0 && logs.Output.Split("serving the certificate CN=second").Length - 1 >= 2;
        });
        await load.MoreAsync(200);
        await load.StopAsync();

        Assert.Empty(load.Failures);
        Assert.Null(await cluster.Kubectl.FindAsync("secret", "multinet-webhook-ca", System));
    });

    // Its own authority.
    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName($"{Name}.{System}.svc");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now - TimeSpan.FromHours(1), now + TimeSpan.FromDays(1));
    }

    private Task PublishAsync(X509Certificate2 certificate) => ApplyAsync(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["type"] = "kubernetes.io/tls",
        ["metadata"] = new JsonObject { ["name"] = "multinet-webhook-tls", ["namespace"] = System },
        ["stringData"] = new JsonObject { ["tls.crt"] = certificate.ExportCertificatePem(), ["tls.key"] = certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() },
    }.ToJsonString());

    private async Task TrustAsync(params X509Certificate2[] certificates)
    {
        var bundle = Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Join('\n', certificates.Select(c => c.ExportCertificatePem()))));
        var patch = new JsonArray([.. Enumerable.Range(0, 4).Select(i => new JsonObject { ["op"] = "add", ["path"] = $"/webhooks/{i}/clientConfig/caBundle", ["value"] = bundle })]);
        await cluster.Kubectl.RunAsync("patch", "validatingwebhookconfiguration", Name, "--type=json", "-p", patch.ToJsonString());
    }

    private async Task ApplyAsync(string manifests) => (await cluster.Kubectl.TryAsync(["apply", "-f", "-"], manifests)).MustSucceed("kubectl apply");
}
