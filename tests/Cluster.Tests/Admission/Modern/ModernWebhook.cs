using System.Diagnostics;
using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Admission.Modern;

/// <summary>
/// The webhook, registered on a current API server by deploy/webhook with its component mutation as they stand: the second step, where what cannot be
/// judged is refused. The executable runs beside the server, which finds it by the Service and its EndpointSlice.
/// </summary>
public sealed class ModernWebhook : IAsyncLifetime, IDisposable
{
    // Ports that the system gives nobody by itself, on an address of loopback that no other process takes.
    private const int ReviewPort = 18443, ProbePort = 18081;
    private static readonly string s_address = $"127.{64 + ((Environment.ProcessId >> 16) & 63)}.{(Environment.ProcessId >> 8) & 255}.{Environment.ProcessId & 255}";

    private readonly string _folder = Directory.CreateTempSubdirectory("multinet-webhook-").FullName;
    private Process? _process;

    /// <summary>The API server.</summary>
    public ModernApiServer Server { get; } = new();

    private string Log => Path.Combine(_folder, "log");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await Server.InitializeAsync();
        await Server.ApplyAsync(await ManifestsAsync());
        await StartAsync();
        (await Server.CreateAsync(new JsonObject
        {
            ["apiVersion"] = "discovery.k8s.io/v1",
            ["kind"] = "EndpointSlice",
            ["metadata"] = new JsonObject
            {
                ["name"] = "multinet-webhook-1", ["namespace"] = RegisteredWebhook.System, ["labels"] = new JsonObject { ["kubernetes.io/service-name"] = "multinet-webhook" },
            },
            ["addressType"] = "IPv4",
            ["endpoints"] = new JsonArray(new JsonObject { ["addresses"] = new JsonArray(s_address) }),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = ReviewPort }),
        })).MustSucceed();
        using var http = new HttpClient();
        await Eventually.HoldsAsync("the webhook is ready", async () =>
        {
            try
            {
                return (await http.GetAsync(new Uri($"http://{s_address}:{ProbePort}/readyz"))).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return _process!.HasExited ? throw new InvalidOperationException(await File.ReadAllTextAsync(Log)) : false;
            }
        }, () => File.ReadAllText(Log));
        // Each configuration reaches admission by a watch of its own: until then nobody is asked, or nobody is believed.
        var bad = NetworkDefinition.Of("default", "bad", ApiLoad.Bad);
        await Eventually.HoldsAsync("definitions are reviewed", async () => (await Server.CreateAsync(bad, dryRun: true)).Message.Contains("MN-BR-001", StringComparison.Ordinal), () => File.ReadAllText(Log));
        var pod = new PodManifest("any").ToJson("default");
        await Eventually.HoldsAsync("pods are completed", async () =>
        {
            (await Server.CreateAsync(pod, dryRun: true)).MustSucceed();
            return (await CountsAsync("mutation.multinet.io")).Asked > 0;
        }, () => File.ReadAllText(Log));
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
        }

        Directory.Delete(_folder, recursive: true);
        await Server.DisposeAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process?.Dispose();
        Server.Dispose();
    }

    /// <summary>What is installed: both steps of deploy/README.md, and the component mutation.</summary>
    internal static Task<string> ManifestsAsync() => Kustomize.RenderAsync("deploy/webhook/base", "deploy/webhook/components/mutation", "deploy/webhook/components/enforce");

    /// <summary>
    /// How often, by its own account, the API server has asked one of our webhooks and was answered, and how often a condition has left a request out.
    /// None may ever have failed to be evaluated.
    /// </summary>
    internal async Task<(int Asked, int LeftOut)> CountsAsync(string webhook)
    {
        var counters = await Server.CountersAsync();
        Assert.Equal(0, counters.Of("apiserver_admission_match_condition_evaluation_errors_total"));
        return (counters.Of("apiserver_admission_webhook_request_total", ("name", webhook), ("code", "200")), counters.Of("apiserver_admission_match_condition_exclusions_total", ("name", webhook)));
    }

    // The executable ends with the shell, and the shell with its standard input: also when this process is killed.
    private async Task StartAsync()
    {
        var config = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(Repository.PathOf("deploy", "webhook", "base", "webhook.json")))!;
        (config["listen"], config["healthListen"]) = ($"{s_address}:{ReviewPort}", $"{s_address}:{ProbePort}");
        await File.WriteAllTextAsync(Path.Combine(_folder, "webhook.json"), config.ToJsonString());
        const string Script = "\"$1\" --config \"$2/webhook.json\" --kubeconfig \"$3\" >\"$2/log\" 2>&1 </dev/null & cat >/dev/null; kill -KILL $!; wait";
        _process = Process.Start(new ProcessStartInfo("bash", ["-c", Script, "-", Path.Combine(Repository.Executables, "multinet-webhook"), _folder, Server.Kubeconfig]) { RedirectStandardInput = true })!;
    }
}
