using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.Cluster.Tests.Upgrading;

/// <summary>
/// A node goes over from Multus while its pods run (docs/upgrading-from-multus.md). Multus itself is not to be had here: <c>multus.sh</c> leaves what it leaves, by
/// the reference plugins.
/// </summary>
[Collection(ClusterCollection.Name)]
public sealed class MultusUpgradeTests(ClusterUnderTest cluster) : IAsyncLifetime
{
    private const string NetD = "/etc/cni/net.d", MultusConfiguration = $"{NetD}/00-multus.conf", Blue = $"{NetD}/multus.d/blue.conflist";
    private const string BlueConfig = """
        {"cniVersion": "1.0.0", "name": "blue", "plugins": [
          {"type": "bridge", "bridge": "br-blue", "ipam": {"type": "host-local", "subnet": "10.61.0.0/24"}}, {"type": "tuning", "mtu": 1400}]}
        """;

    private static readonly string[] s_plugins = ["bridge", "host-local", "portmap", "tuning", "loopback"];

    /// <summary>A node that has only the reference plugins, and the cluster network.</summary>
    public async Task InitializeAsync()
    {
        // The kubelet may still have a pod of an earlier test to end.
        var uninstalled = default(CommandResult);
        await Eventually.HoldsAsync(
            "multinet uninstall succeeds",
            async () => (uninstalled = await cluster.Node.RunAsync([Repository.MultiNet, "uninstall", "--bin-dir", "/opt/cni/bin"])).ExitCode == 0,
            () => uninstalled!.Error);
        foreach (var plugin in s_plugins)
        {
            await cluster.Node.ShellAsync($"install -m 755 '{Path.Combine(Repository.ReferencePlugins, plugin)}' /opt/cni/bin/{plugin}");
        }
    }

    /// <summary>The node as the other tests want it.</summary>
    public async Task DisposeAsync()
    {
        await cluster.Node.RunAsync([Repository.MultiNet, "uninstall", "--bin-dir", "/opt/cni/bin", "--force"]);
        await cluster.Node.ShellAsync($"cd /opt/cni/bin; rm -f multus {string.Join(' ', s_plugins)}; rm -rf {MultusConfiguration} {NetD}/multus.d");
        await cluster.ScriptAsync("install", Repository.Executables);
    }

    [Fact]
    public Task PodsOfMultus_GoOn_AndAreReleasedByMultiNet() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", BlueConfig);
        await test.RunAsync(new PodManifest("from-before-multus"));
        test.Node.Write(Blue, BlueConfig);
        await test.Node.AddPluginAsync("multus", await File.ReadAllTextAsync(Repository.PathOf("tests", "Cluster.Tests", "Upgrading", "multus.sh")));
        test.Node.Write(MultusConfiguration, """
            {"cniVersion": "1.0.0", "name": "multus-cni-network", "type": "multus", "clusterNetwork": "/host/etc/cni/net.d/10-cluster.conflist",
             "capabilities": {"portMappings": true}, "kubeconfig": "/etc/cni/net.d/multus.d/multus.kubeconfig"}
            """);
        await test.RunAsync(new PodManifest("of-multus") { Networks = "blue", Ports = [(80, 30084)] });
        Assert.Contains("mtu 1400", await test.ExecAsync("of-multus", "ip link show dev net1"), StringComparison.Ordinal);

        await test.Node.ShellAsync($"{Repository.MultiNet} install --bin-dir /opt/cni/bin --conf-dir {NetD} --kubeconfig /etc/multinet/multinet.kubeconfig");
        var installed = JsonNode.Parse(test.Node.Read($"{NetD}/00-multinet.conflist"))!["plugins"]![0]!;
        Assert.Equal($"{NetD}/10-cluster.conflist", installed["clusterNetwork"]!.GetValue<string>());
        await test.Node.ShellAsync($"rm -rf /opt/cni/bin/multus {MultusConfiguration} {NetD}/multus.d");

        await test.RunAsync(new PodManifest("of-multinet") { Networks = "blue" });
        var status = await test.StatusAsync("of-multinet", "eth0=cluster-network", $"net1={test.Namespace}/blue");
        await test.ReachesAsync("of-multus", status[1]["ips"]![0]!.GetValue<string>(), over: "net1");
        Assert.Equal(2, test.Node.AddressesOf("blue").Count);
        Assert.Contains("--dport 30084", await test.Node.ShellAsync("iptables-save -t nat"), StringComparison.Ordinal);

        await test.DeleteAsync("from-before-multus");
        await test.DeleteAsync("of-multus");
        var (left, state) = (new[] { "" }, "");
        await Eventually.HoldsAsync(
            "what Multus and the runtime have attached is released",
            async () =>
            {
                left = [.. test.Node.AddressesOf("blue"), .. test.Node.AddressesOf("cluster-network"), .. test.Node.Files("/var/lib/cni/multus").Select(f => Path.GetFileName(f))];
                state = await test.Node.ShellAsync("ip -o link show type veth; iptables-save -t nat | grep 30084 || true");
                var sandbox = (await test.FindSandboxAsync("of-multinet"))!["containerId"]!.GetValue<string>();
                // The uplink, and the two of the pod that runs.
                return left.Count(l => !l.Contains(sandbox, StringComparison.Ordinal)) == 2 && state.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == 3;
            },
            () => $"Left: {string.Join(' ', left)}\n{state}");
    });
}
