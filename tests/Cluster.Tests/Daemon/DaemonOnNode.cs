using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Daemon;

/// <summary>The node daemon on the cluster's node, as the cluster's administrator. It ends with the test.</summary>
internal sealed class DaemonOnNode(ClusterTest test) : IAsyncDisposable
{
    private const string Log = "/run/multinetd.log";
    private const string Wget = "busybox wget -q -O - http://127.0.0.1:9453";

    private string _process = "";

    private static string Executable => Environment.GetEnvironmentVariable("MULTINETD_BIN") ?? Path.Combine(Path.GetDirectoryName(Repository.MultiNet)!, "multinetd");

    /// <summary>Starts it and waits until it is ready.</summary>
    public async Task StartAsync()
    {
        _process = (await test.Node.ShellAsync($"{Executable} --node node --kubeconfig {test.Kubectl.Kubeconfig} >>{Log} 2>&1 </dev/null & echo $!")).Trim();
        await Eventually.HoldsAsync("the daemon is ready", async () => (await test.Node.RunAsync(["sh", "-c", $"{Wget}/readyz"])).ExitCode == 0, () => test.Node.Read(Log));
    }

    /// <summary>Kills it, as the kernel does where memory is short.</summary>
    public Task KillAsync() => test.Node.ShellAsync($"kill -9 {_process}");

    /// <summary>Its metrics.</summary>
    public Task<string> MetricsAsync() => test.Node.ShellAsync($"{Wget}/metrics");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await test.Node.RunAsync(["sh", "-c", $"kill -9 {_process}; rm -f /run/multinet/multinetd.sock"]);
}
