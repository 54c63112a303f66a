using System.Net;
using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.Cluster.Tests.Deploying;

/// <summary>
/// deploy/ and examples/ on a real cluster. The cluster network's plugins are the reference's here: what uninstalling leaves must work without ours.
/// </summary>
[Collection(ClusterCollection.Name)]
public sealed class DeploymentTests(ClusterUnderTest cluster) : IAsyncLifetime
{
    private const string System = "multinet-system";
    private static readonly string[] s_plugins = ["bridge", "host-local", "portmap", "loopback"];

    private string[] _before = [];

    /// <summary>The node as it is before MultiNet comes.</summary>
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

        var archive = Path.Combine(Path.GetTempPath(), $"multinet-image-{Environment.ProcessId}.tar");
        (await Command.RunAsync(
            ["bash", Repository.PathOf("eng", "multinet-image.sh"), archive], new Dictionary<string, string> { ["BIN"] = Path.GetDirectoryName(Repository.MultiNet)! })).MustSucceed("multinet-image.sh");
        (await cluster.Node.RunAsync(["ctr", "-n", "k8s.io", "images", "import", archive])).MustSucceed("ctr images import");
        File.Delete(archive);
        _before = Files();
    }

    /// <summary>The node as the other tests want it.</summary>
    public async Task DisposeAsync()
    {
        foreach (var folder in (string[])["deploy/uninstall", "deploy/base"])
        {
            await cluster.Kubectl.TryAsync(["delete", "--ignore-not-found", "-f", "-"], await KustomizeAsync(folder));
        }

        await cluster.Node.RunAsync([Repository.MultiNet, "uninstall", "--bin-dir", "/opt/cni/bin", "--force"]);
        await cluster.Node.ShellAsync($"cd /opt/cni/bin; rm -f {string.Join(' ', s_plugins)}");
        await cluster.ScriptAsync("install", Repository.Executables);
    }

    [Theory]
    [InlineData("deploy")]
    [InlineData("deploy/direct")]
    public Task Rollout_Restart_Uninstall(string deployment) => cluster.TestAsync(async test =>
    {
        await ApplyAsync(await KustomizeAsync(deployment));
        await RolledOutAsync("multinet");
        var installed = JsonNode.Parse(cluster.Node.Read("/etc/cni/net.d/00-multinet.conflist"))!["plugins"]![0]!;
        Assert.Equal("/etc/cni/net.d/10-cluster.conflist", installed["clusterNetwork"]!.GetValue<string>());
        Assert.Equal("/etc/cni/net.d/multinet.d/multinet.kubeconfig", installed["kubeconfig"]!.GetValue<string>());

        await test.Kubectl.ApplyAsync(Definition(test.Namespace));
        await test.RunAsync(new PodManifest("plain"), new PodManifest("rich") { Networks = "blue" });
        Assert.Contains("net1", await test.ExecAsync("rich", "ip -o -4 address show"), StringComparison.Ordinal);
        await StatusAsync(test, "rich");

        // Pods of the DaemonSet come and go; the node keeps its network.
        await cluster.Kubectl.RunAsync("-n", System, "rollout", "restart", "daemonset/multinet");
        await RolledOutAsync("multinet");
        await test.RunAsync(new PodManifest("after") { Networks = "blue" });
        await StatusAsync(test, "after");

        // A change of the settings reaches the node by itself.
        await cluster.Kubectl.RunAsync("-n", System, "patch", "configmap", "multinet", "--type=merge", "-p", """{"data": {"node.json": "{\"namespaceIsolation\": true}"}}""");
        await Eventually.HoldsAsync("the settings are on the node", () => Task.FromResult(cluster.Node.Read("/etc/cni/net.d/00-multinet.conflist").Contains("namespaceIsolation", StringComparison.Ordinal)));

        // Without the DaemonSet nothing is taken away.
        await cluster.Kubectl.RunAsync("-n", System, "delete", "daemonset", "multinet", "--wait=true");
        Assert.Contains("00-multinet.conflist", string.Join(' ', Files()), StringComparison.Ordinal);

        // Uninstalling waits for pods with further networks, and hands the others over.
        await ApplyAsync(await KustomizeAsync("deploy/uninstall"));
        await Eventually.HoldsAsync(
            "the uninstaller names the pods that it waits for",
            async () => (await cluster.Kubectl.TryAsync(["-n", System, "logs", "-l", "app.kubernetes.io/component=uninstall"])).Output.Contains($"{test.Namespace}/rich", StringComparison.Ordinal));
        Assert.Contains("00-multinet.conflist", string.Join(' ', Files()), StringComparison.Ordinal);
        await test.DeleteAsync("rich");
        await test.DeleteAsync("after");
        await RolledOutAsync("multinet-uninstall");
        Assert.Equal(_before, Files());
        Assert.DoesNotContain(cluster.Node.Files("/var/lib/cni/networks"), f => f.Contains("/.owners", StringComparison.Ordinal));

        await test.RunAsync(new PodManifest("later"));
        await test.ReachesAsync("plain", (await test.PodAsync("later"))["status"]!["podIP"]!.GetValue<string>());
        await test.Kubectl.RunAsync("delete", "pods", "--all", "-n", test.Namespace, "--wait=false");
        await Eventually.HoldsAsync(
            "the cluster network releases the pods that had it alone",
            () => Task.FromResult(Addresses().Length == 0),
            () => string.Join('\n', Addresses().Select(a => $"{a}: {cluster.Node.Read(a).ReplaceLineEndings(" ")}")));
    });

    [Fact]
    public Task EveryManifest_IsAcceptedByTheApiServer() => cluster.TestAsync(async test =>
    {
        await cluster.Kubectl.ApplyAsync(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = System } });
        foreach (var folder in (string[])["crds", "deploy", "deploy/direct", "deploy/uninstall"])
        {
            await AcceptedAsync(folder, await KustomizeAsync(folder));
        }

        foreach (var component in Directory.GetDirectories(Repository.PathOf("deploy", "components")))
        {
            var scratch = Directory.CreateTempSubdirectory("multinet-kustomize-").FullName;
            foreach (var folder in (string[])["deploy", "deploy/direct", "deploy/uninstall"])
            {
                string Relative(string path) => Path.GetRelativePath(scratch, path);
                File.WriteAllText(Path.Combine(scratch, "kustomization.yaml"), $"resources: [{Relative(Repository.PathOf(folder))}]\ncomponents: [{Relative(component)}]\n");
                await AcceptedAsync($"{folder} with {component}", await Kustomize.RenderAsync(scratch));
            }

            Directory.Delete(scratch, recursive: true);
        }

        foreach (var folder in (string[])["examples", "examples/plugins", "examples/telco"])
        {
            foreach (var file in Directory.GetFiles(Repository.PathOf(folder), "*.yaml"))
            {
                await AcceptedAsync(file, await File.ReadAllTextAsync(file));
            }
        }
    });

    // What host-local holds for the cluster's network: files named by addresses.
    private string[] Addresses() =>
        [.. cluster.Node.Files("/var/lib/cni/networks/cluster-network").Where(f => IPAddress.TryParse(Path.GetFileName(f), out var address) && address.ToString() == Path.GetFileName(f))];

    private async Task AcceptedAsync(string what, string manifests) =>
        (await cluster.Kubectl.TryAsync(["apply", "--dry-run=server", "-f", "-"], manifests)).MustSucceed($"kubectl apply --dry-run=server of {what}");

    private async Task ApplyAsync(string manifests) => (await cluster.Kubectl.TryAsync(["apply", "-f", "-"], manifests)).MustSucceed("kubectl apply");

    private static Task<string> KustomizeAsync(string folder) => Kustomize.RenderAsync(Repository.PathOf(folder));

    private async Task RolledOutAsync(string daemonSet)
    {
        var result = await cluster.Kubectl.TryAsync(["-n", System, "rollout", "status", $"daemonset/{daemonSet}", $"--timeout={Eventually.Patience.TotalSeconds}s"]);
        if (result.ExitCode != 0)
        {
            var pods = await cluster.Kubectl.TryAsync(["-n", System, "describe", "pods"]);
            var logs = await cluster.Kubectl.TryAsync(["-n", System, "logs", "-l", "app.kubernetes.io/name=multinet", "--tail=30"]);
            throw new InvalidOperationException($"{daemonSet} is not rolled out: {result.Output}{result.Error}\n{pods.Output}\n{logs.Output}");
        }
    }

    private static async Task StatusAsync(ClusterTest test, string pod)
    {
        await Eventually.HoldsAsync(
            $"the network-status of {pod} is written",
            async () => (await test.PodAsync(pod))["metadata"]!["annotations"]?["k8s.v1.cni.cncf.io/network-status"]?.GetValue<string>().Contains($"{test.Namespace}/blue", StringComparison.Ordinal) == true);
    }

    // Folders and files with what they hold, as far as it is not pods'.
    private string[] Files() =>
    [
        .. cluster.Node.Files("/opt/cni/bin").Concat(cluster.Node.Files("/etc/cni/net.d")).Concat(cluster.Node.Files("/var/lib/cni/multinet/journal"))
            .Order(StringComparer.Ordinal).Select(f => $"{f} {new FileInfo(cluster.Node.Outside(f)).LinkTarget} {new FileInfo(cluster.Node.Outside(f)).Length}"),
    ];

    private static JsonObject Definition(string @namespace) => new()
    {
        ["apiVersion"] = "k8s.cni.cncf.io/v1",
        ["kind"] = "NetworkAttachmentDefinition",
        ["metadata"] = new JsonObject { ["name"] = "blue", ["namespace"] = @namespace },
        ["spec"] = new JsonObject
        {
            ["config"] = """{"cniVersion": "1.0.0", "name": "blue", "type": "bridge", "bridge": "mn-blue", "ipam": {"type": "host-local", "subnet": "10.10.1.0/24"}}""",
        },
    };
}
