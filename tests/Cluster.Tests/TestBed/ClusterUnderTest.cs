using System.Globalization;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.Cluster.Tests.TestBed;

/// <summary>
/// A real Kubernetes with one node (tests/cluster/cluster.sh), on which MultiNet is installed around a bridge as the cluster's network. Started once
/// for all tests; it ends with them, also when they are killed.
/// </summary>
public sealed class ClusterUnderTest : IAsyncLifetime
{
    /// <summary>The image of the pods: busybox, which sleeps until it is told to end.</summary>
    internal const string Image = "multinet.test/busybox:1";

    /// <summary>Where <c>multinet</c> logs on the node.</summary>
    internal const string Log = "/run/multinet.log";

    private static readonly string s_script = Repository.PathOf("tests", "cluster", "cluster.sh");
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"multinet-cluster-{Environment.ProcessId}");
    private int _tests;
    private Node? _node;
    private Kubectl? _kubectl;

    internal Node Node => _node ?? throw new InvalidOperationException("the cluster has not been started");

    internal Kubectl Kubectl => _kubectl ?? throw new InvalidOperationException("the cluster has not been started");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await ScriptAsync("start", "--while", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        var environment = File.ReadLines(Path.Combine(_folder, "environment")).Select(l => l.Split('=', 2)).ToDictionary(l => l[0], l => l[1]);
        _node = new Node(environment["NODE_PID"]);
        _kubectl = new Kubectl(_node, $"{environment["CLUSTER_BIN"]}/kubectl", environment["KUBECONFIG"]);
        try
        {
            await ScriptAsync("install", Repository.Executables);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{await DescribeAsync("default")}", e);
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await ScriptAsync("stop");
        if (Environment.GetEnvironmentVariable("KEEP_LOGS") is null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>
    /// Runs a test with a Kubernetes namespace of its own. Afterwards its pods are deleted, and nothing of them may be left on the node. When the
    /// test fails, the error tells what Kubernetes and the node say of it.
    /// </summary>
    internal async Task TestAsync(Func<ClusterTest, Task> body)
    {
        var test = new ClusterTest(this, $"test-{Interlocked.Increment(ref _tests)}");
        try
        {
            await test.StartAsync();
            await body(test);
            await test.EndAsync();
        }
        catch (Exception e)
        {
            var description = await DescribeAsync(test.Namespace);
            await test.GiveUpAsync();
            throw new InvalidOperationException($"{e.Message}\n{description}", e);
        }
    }

    /// <summary>Runs a verb of tests/cluster/cluster.sh on this cluster. It must succeed.</summary>
    internal async Task ScriptAsync(string verb, params string[] arguments)
    {
        // What the script builds once on a machine takes longer than any test.
        var environment = new[] { "HOME", "XDG_CACHE_HOME", "KUBEBUILDER_ASSETS", "http_proxy", "https_proxy" }
            .Where(n => Environment.GetEnvironmentVariable(n) is not null).ToDictionary(n => n, n => Environment.GetEnvironmentVariable(n)!);
        (await Command.RunAsync(["bash", s_script, verb, _folder, .. arguments], environment, patience: TimeSpan.FromMinutes(30))).MustSucceed($"cluster.sh {verb}");
    }

    /// <summary>Ends a part of the cluster with SIGKILL.</summary>
    internal Task KillAsync(string part) => ScriptAsync("kill", part);

    /// <summary>Starts a part of the cluster again, and waits until the API server answers.</summary>
    internal async Task RestartAsync(string part)
    {
        await ScriptAsync("run", part);
        await Eventually.HoldsAsync("the API server answers", async () => (await Kubectl.TryAsync(["get", "--raw", "/readyz"])).ExitCode == 0);
    }

    private async Task<string> DescribeAsync(string @namespace)
    {
        var pods = await Kubectl.TryAsync(["get", "pods", "-n", @namespace, "-o", "wide"]);
        var events = await Kubectl.TryAsync(["get", "events", "-n", @namespace, "--sort-by=.metadata.creationTimestamp"]);
        var text = $"--- pods of {@namespace}\n{pods.Output}{pods.Error}--- events\n{events.Output}{events.Error}";
        foreach (var (name, file) in new[] { ("kubelet", $"{_folder}/log/kubelet.log"), ("containerd", $"{_folder}/log/containerd.log"), ("multinet", Node.Outside(Log)) })
        {
            var lines = File.Exists(file) ? File.ReadLines(file).TakeLast(20) : ["(no log)"];
            text += $"--- {name}\n{string.Join('\n', lines)}\n";
        }

        return text;
    }
}
