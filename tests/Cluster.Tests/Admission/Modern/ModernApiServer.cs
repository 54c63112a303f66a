using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;
using MultiNet.EndToEnd.Tests.Node;
using YamlDotNet.RepresentationModel;

namespace MultiNet.Cluster.Tests.Admission.Modern;

/// <summary>
/// An API server with the admission of a current Kubernetes (tests/cluster/admission-server): what the cluster of 1.20 does not know, matchConditions
/// and admission policies. It knows our definitions, and a namespace for each thing of ours. It ends with the tests.
/// </summary>
public sealed class ModernApiServer : IAsyncLifetime, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("multinet-admission-").FullName;
    private readonly StringBuilder _log = new();
    private Process? _process;
    private HttpClient? _http;
    private int _names;

    /// <summary>Its administrator's kubeconfig.</summary>
    public string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    /// <summary>What it logged.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    private HttpClient Http => _http ?? throw new InvalidOperationException("the API server has not been started");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        var environment = new[] { "HOME", "XDG_CACHE_HOME", "http_proxy", "https_proxy" }
            .Where(n => Environment.GetEnvironmentVariable(n) is not null).ToDictionary(n => n, n => Environment.GetEnvironmentVariable(n)!);
        var built = await Command.RunAsync(["bash", Repository.PathOf("tests", "cluster", "admission-server.sh")], environment, patience: TimeSpan.FromMinutes(30));
        var executable = built.MustSucceed("admission-server.sh").Output.Trim();
        // It ends when its standard input does: also when this process is killed.
        _process = Process.Start(new ProcessStartInfo(executable, [_folder]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_log)
            {
                _log.AppendLine(line.Data);
            }
        };
        _process.BeginErrorReadLine();
        await Eventually.HoldsAsync("the API server is ready", () => Task.FromResult(_process.HasExited ? throw new InvalidOperationException(Log) : File.Exists(Kubeconfig)), () => Log);
        _http = Connect();
        foreach (var name in (string[])["default", "kube-system", "multinet-system", RegisteredWebhook.System])
        {
            (await CreateAsync(NamespaceOf(name))).MustSucceed();
        }

        await ApplyAsync(await File.ReadAllTextAsync(Repository.PathOf("crds", "network-attachment.yaml")));
        await Eventually.HoldsAsync("definitions are served", async () => (await SendAsync(HttpMethod.Get, "/apis/k8s.cni.cncf.io/v1/network-attachment-definitions")).Succeeded);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.StandardInput.Close();
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await process.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http?.Dispose();
        _process?.Dispose();
    }

    /// <summary>Makes a namespace of its own for a test.</summary>
    internal async Task<string> NamespaceAsync(params (string Key, string Value)[] labels)
    {
        var name = $"test-{Interlocked.Increment(ref _names)}";
        (await CreateAsync(NamespaceOf(name, labels))).MustSucceed();
        return name;
    }

    /// <summary>Makes an object. Fields that the server does not know are an error, as they are for kubectl.</summary>
    internal Task<ApiAnswer> CreateAsync(JsonNode manifest, bool dryRun = false) =>
        SendAsync(HttpMethod.Post, ApiPaths.Of(manifest) + (dryRun ? "?fieldValidation=Strict&dryRun=All" : "?fieldValidation=Strict"), manifest);

    /// <summary>Changes an object by a merge patch.</summary>
    internal Task<ApiAnswer> PatchAsync(JsonNode manifest, string patch, bool dryRun = false) =>
        SendAsync(HttpMethod.Patch, ApiPaths.OfOne(manifest) + (dryRun ? "?dryRun=All" : ""), JsonNode.Parse(patch), "application/merge-patch+json");

    /// <summary>Deletes an object, as the administrator or in another's name.</summary>
    internal Task<ApiAnswer> DeleteAsync(JsonNode manifest, string? user = null) => SendAsync(HttpMethod.Delete, ApiPaths.OfOne(manifest), user: user);

    /// <summary>Makes all objects of some manifests in YAML.</summary>
    internal async Task ApplyAsync(string manifests)
    {
        foreach (var manifest in ManifestsOf(manifests))
        {
            var answer = await CreateAsync(manifest);
            if (!answer.Succeeded && (string?)answer.Body["reason"] != "AlreadyExists")
            {
                throw new InvalidOperationException($"{(string?)manifest["kind"]} {(string?)manifest["metadata"]!["name"]}: {answer.Body.ToJsonString()}");
            }
        }
    }

    /// <summary>Its counters.</summary>
    internal async Task<ApiCounters> CountersAsync() => new(await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));

    /// <summary>Manifests in YAML as JSON.</summary>
    internal static IEnumerable<JsonObject> ManifestsOf(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return [.. stream.Documents.Select(d => (JsonObject)YamlNodes.ToJson(d.RootNode)!)];
    }

    internal async Task<ApiAnswer> SendAsync(HttpMethod method, string path, JsonNode? body = null, string type = "application/json", string? user = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, type);
        }

        if (user is not null)
        {
            request.Headers.Add("Impersonate-User", user);
        }

        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        IReadOnlyList<string> warnings = response.Headers.TryGetValues("Warning", out var found) ? [.. found] : [];
        return new ApiAnswer(response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text)! : new JsonObject { ["message"] = text }, warnings);
    }

    private static JsonObject NamespaceOf(string name, params (string Key, string Value)[] labels) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Namespace",
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject(labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))) },
    };

    private HttpClient Connect()
    {
        var config = ManifestsOf(File.ReadAllText(Kubeconfig)).Single();
        var cluster = config["clusters"]![0]!["cluster"]!;
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile((string)cluster["certificate-authority"]!);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy }, UseProxy = false };
        var http = new HttpClient(handler) { BaseAddress = new Uri((string)cluster["server"]!), Timeout = Eventually.Patience };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)config["users"]![0]!["user"]!["token"]!);
        return http;
    }
}
