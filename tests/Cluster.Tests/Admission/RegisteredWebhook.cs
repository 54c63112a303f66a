using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.Cluster.Tests.Admission;

/// <summary>
/// The webhook on the cluster as deploy/webhook puts it there: a Deployment of two replicas behind a Service. (There is no kube-proxy: the API server
/// finds the replicas by the Service's endpoints, as it does with --enable-aggregator-routing.)
/// </summary>
public sealed class RegisteredWebhook(ClusterUnderTest cluster) : IAsyncLifetime
{
    internal const string Name = "multinet-webhook";
    internal const string System = "multinet-webhook";

    private const string Base = "deploy/webhook/base", Older = "deploy/webhook/components/older-servers", Enforcement = "deploy/webhook/components/enforce";

    private Kubectl Kubectl => cluster.Kubectl;

    /// <summary>Installs it: both steps of deploy/README.md, for a server of version 1.20.</summary>
    public async Task InitializeAsync()
    {
        await ImportImageAsync(cluster);
        await Kubectl.RunAsync("label", "--overwrite", "namespace", "kube-system", "kubernetes.io/metadata.name=kube-system");
        await ApplyAsync(await FirstStepAsync());
        await RolledOutAsync();
        await ApplyAsync(await SecondStepAsync());
        await ObeyedAsync();
    }

    /// <summary>Uninstalls it, in the order of deploy/README.md.</summary>
    public async Task DisposeAsync()
    {
        await Kubectl.TryAsync(["delete", "validatingwebhookconfiguration", Name, "--ignore-not-found"]);
        await Kubectl.TryAsync(["delete", "--ignore-not-found", "--wait=true", "-f", "-"], await FirstStepAsync());
    }

    /// <summary>Gives the node the image.</summary>
    internal static async Task ImportImageAsync(ClusterUnderTest cluster)
    {
        var archive = Path.Combine(Path.GetTempPath(), $"multinet-webhook-image-{Environment.ProcessId}.tar");
        (await Command.RunAsync(
            ["bash", Repository.PathOf("eng", "multinet-image.sh"), "--webhook", archive], new Dictionary<string, string> { ["BIN"] = Repository.Executables })).MustSucceed("multinet-image.sh");
        (await cluster.Node.RunAsync(["ctr", "-n", "k8s.io", "images", "import", archive])).MustSucceed("ctr images import");
        File.Delete(archive);
    }

    /// <summary>The manifests of the first step: what cannot be asked about passes.</summary>
    internal static Task<string> FirstStepAsync() => Kustomize.RenderAsync(Base, Older);

    /// <summary>Those of the second: it does not pass.</summary>
    internal static Task<string> SecondStepAsync() => Kustomize.RenderAsync(Base, Enforcement, Older);

    /// <summary>Applies manifests.</summary>
    internal async Task ApplyAsync(string manifests) => (await Kubectl.TryAsync(["apply", "-f", "-"], manifests)).MustSucceed("kubectl apply");

    /// <summary>Waits until all replicas are ready, and no others are left.</summary>
    internal async Task RolledOutAsync()
    {
        var result = await Kubectl.TryAsync(["-n", System, "rollout", "status", $"deployment/{Name}", $"--timeout={Eventually.Patience.TotalSeconds}s"]);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"the webhook is not rolled out: {result.Output}{result.Error}\n{await DescribeAsync()}");
        }
    }

    /// <summary>Waits until the API server asks it, and does what it says: it learns of replicas and registrations a moment later than others.</summary>
    internal Task ObeyedAsync() => Eventually.HoldsAsync("the webhook is obeyed", async () =>
        (await ApplyDryAsync(ApiLoad.Good)).ExitCode == 0 && (await ApplyDryAsync(ApiLoad.Bad)).Error.Contains("is invalid", StringComparison.Ordinal));

    private Task<CommandResult> ApplyDryAsync(string config) =>
        Kubectl.TryAsync(["apply", "--dry-run=server", "-f", "-"], NetworkDefinition.Of("default", "is-it-obeyed", config).ToJsonString());

    /// <summary>Makes it so many replicas, and waits until they are ready, or gone.</summary>
    internal async Task ScaleAsync(int replicas)
    {
        await Kubectl.RunAsync("-n", System, "scale", $"deployment/{Name}", $"--replicas={replicas}");
        await RolledOutAsync();
        await Eventually.HoldsAsync($"there are {replicas} replicas", async () => (await PodsAsync()).Count == replicas);
        if (replicas > 0)
        {
            await ObeyedAsync();
        }
    }

    /// <summary>The pods of the replicas.</summary>
    internal async Task<IReadOnlyList<JsonNode>> PodsAsync() => await Kubectl.ListAsync("pods", System, "-l", "app.kubernetes.io/component=webhook");

    /// <summary>The registration.</summary>
    internal async Task<JsonNode> RegistrationAsync() => JsonNode.Parse(await Kubectl.RunAsync("get", "validatingwebhookconfiguration", Name, "-o", "json"))!;

    /// <summary>The bundle of each webhook, in base64; empty for none.</summary>
    internal async Task<string[]> BundlesAsync() => [.. (await RegistrationAsync())["webhooks"]!.AsArray().Select(w => (string?)w!["clientConfig"]!["caBundle"] ?? "")];

    /// <summary>A value of the Secret, in base64; empty for none.</summary>
    internal async Task<string> SecretAsync(string key) => (string?)(await Kubectl.FindAsync("secret", "multinet-webhook-ca", System))?["data"]?[key] ?? "";

    /// <summary>How many certificates each replica has shown so far, by its own account.</summary>
    internal async Task<Dictionary<string, int>> CertificatesShownAsync()
    {
        var shown = new Dictionary<string, int>();
        foreach (var pod in await PodsAsync())
        {
            var name = (string)pod["metadata"]!["name"]!;
            var log = await Kubectl.TryAsync(["-n", System, "logs", name]);
            if (log.ExitCode == 0) // not that of a replica that has just gone
            {
                shown[name] = log.Output.Split("serving a certificate").Length - 1;
            }
        }

        return shown;
    }

    /// <summary>The pods and what they logged.</summary>
    internal async Task<string> DescribeAsync() =>
        (await Kubectl.TryAsync(["-n", System, "describe", "pods"])).Output + (await Kubectl.TryAsync(["-n", System, "logs", "-l", "app.kubernetes.io/component=webhook", "--tail=40"])).Output;
}
