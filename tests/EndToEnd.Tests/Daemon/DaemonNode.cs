using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Cluster;
using MultiNet.EndToEnd.Tests.Meta;
using MultiNet.EndToEnd.Tests.Node;
using MultiNet.Kubernetes.Tests.Server;

namespace MultiNet.EndToEnd.Tests.Daemon;

/// <summary>A node with MultiNet and its daemon, both the published executables, and a scripted API server over TLS on its loopback device.</summary>
internal sealed class DaemonNode : IAsyncDisposable
{
    private const string Kubeconfig = "/etc/multinet/kubeconfig";
    private const string Log = "/var/log/multinetd.log";

    private readonly TestAuthority _authority;
    private string _process = "";

    private DaemonNode(MultiNetNode node, WatchedCluster cluster, TestAuthority authority)
    {
        Node = node;
        Cluster = cluster;
        _authority = authority;
        cluster.Fault = context =>
        {
            if (context.Request.Headers.UserAgent.ToString().StartsWith("multinet ", StringComparison.Ordinal))
            {
                OwnRequests.Enqueue($"{context.Request.Method} {context.Request.Path}");
            }

            return Task.FromResult(false);
        };
    }

    /// <summary>The node.</summary>
    public MultiNetNode Node { get; }

    /// <summary>What the API server has.</summary>
    public WatchedCluster Cluster { get; }

    /// <summary>The requests of <c>multinet</c>, which are not those of the daemon.</summary>
    public ConcurrentQueue<string> OwnRequests { get; } = new();

    /// <summary>The daemon's executable, beside the other.</summary>
    private static string Executable => Environment.GetEnvironmentVariable("MULTINETD_BIN") ?? Path.Combine(Path.GetDirectoryName(TestEnvironment.MultiNet)!, "multinetd");

    /// <summary>Starts node and API server; not the daemon.</summary>
    public static async Task<DaemonNode> StartAsync()
    {
        var node = await MultiNetNode.StartAsync(new JsonObject { ["kubeconfig"] = Kubeconfig }.ToJsonString());
        var authority = new TestAuthority();
        var cluster = await WatchedCluster.StartAsync(authority.Issue("apiserver", null, "127.0.0.1"), endpoint => NodeListener.Bind(node.Node, endpoint));
        node.Node.Write(Kubeconfig, $$$"""
            {"apiVersion": "v1", "kind": "Config", "current-context": "node", "contexts": [{"name": "node", "context": {"cluster": "cluster", "user": "node"}}],
             "clusters": [{"name": "cluster", "cluster": {
               "server": "{{{cluster.Server.Url.AbsoluteUri}}}", "certificate-authority-data": "{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(authority.Pem))}}}"}}],
             "users": [{"name": "node", "user": {"token": "token-of-the-node"}}]}
            """);
        cluster.AddDefinition("storage", """{"cniVersion": "1.0.0", "name": "storage", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "subnet": "10.71.0.0/16"}}""");
        cluster.AddDefinition("uplink", """{"cniVersion": "1.0.0", "name": "uplink", "type": "ptp", "ipam": {"type": "host-local", "subnet": "10.73.0.0/16"}}""");
        return new DaemonNode(node, cluster, authority);
    }

    /// <summary>Makes a pod that asks for two networks, and its network namespace.</summary>
    public Task AddPodAsync(string name)
    {
        Cluster.AddPod(name, $"uid-of-{name}", "default", ("k8s.v1.cni.cncf.io/networks", "storage,uplink"));
        return Node.Node.AddPodAsync(name);
    }

    /// <summary>Attaches and releases a pod, so that the bridges are there that all pods share.</summary>
    public async Task WarmUpAsync()
    {
        await AddPodAsync("first");
        (await Node.AddAsync("first")).MustSucceed();
        (await Node.DelAsync("first")).MustSucceed();
        OwnRequests.Clear();
    }

    /// <summary>Starts the daemon and waits until it is ready.</summary>
    public async Task StartDaemonAsync()
    {
        _process = (await Node.Node.ShellAsync($"{Executable} --node node1 --kubeconfig {Kubeconfig} >>{Log} 2>&1 </dev/null & echo $!")).Trim();
        for (var i = 0; i < 1200; i++)
        {
            if ((await Node.Node.RunAsync(["busybox", "wget", "-q", "-O", "-", "http://127.0.0.1:9453/readyz"])).ExitCode == 0)
            {
                return;
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException($"the daemon does not become ready:\n{await Node.Node.ShellAsync($"cat {Log}")}");
    }

    /// <summary>Sends the daemon a signal.</summary>
    public Task SignalAsync(string signal) => Node.Node.ShellAsync($"kill -{signal} {_process}");

    /// <summary>Waits until the daemon's process is gone.</summary>
    public async Task EndedAsync()
    {
        for (var i = 0; i < 600; i++)
        {
            // A zombie has ended, too; its parent in the box does not ask.
            if ((await Node.Node.RunAsync(["sh", "-c", $"test ! -e /proc/{_process} || grep -q '^State:.*Z' /proc/{_process}/status"])).ExitCode == 0)
            {
                return;
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException("the daemon does not end");
    }

    /// <summary>What the daemon logged.</summary>
    public Task<string> LogAsync() => Node.Node.ShellAsync($"cat {Log}");

    /// <summary>Interfaces and networks of the pod's network-status, or null where it has none.</summary>
    public string? Status(string pod) => Cluster.Annotation(pod, "k8s.v1.cni.cncf.io/network-status") is { } text
        ? string.Join(' ', JsonNode.Parse(text)!.AsArray().Select(e => $"{e!["interface"]}={e["name"]}"))
        : null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await Node.DisposeAsync();
        _authority.Dispose();
    }
}
