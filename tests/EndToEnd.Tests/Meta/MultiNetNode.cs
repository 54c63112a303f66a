using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Node;
using MultiNet.EndToEnd.Tests.Runtime;

namespace MultiNet.EndToEnd.Tests.Meta;

/// <summary>A node whose network is MultiNet, with manifests on disk as its cluster where no kubeconfig is configured.</summary>
internal sealed class MultiNetNode : IAsyncDisposable
{
    /// <summary>The folder with the manifests.</summary>
    public const string Manifests = "/etc/multinet/manifests";

    /// <summary>A cluster network as most nodes have it: a bridge with a gateway.</summary>
    public const string BridgeNetwork = """
        {"cniVersion": "1.0.0", "name": "cluster-net", "plugins": [
          {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "ipMasqBackend": "iptables",
           "ipam": {"type": "host-local", "subnet": "10.88.0.0/16", "routes": [{"dst": "0.0.0.0/0"}]}}]}
        """;

    private const string ConfigFile = "/etc/multinet/00-multinet.conflist";

    private const string MultiNetPath = $"{NodeSandbox.BuiltInBin}/multinet";

    private readonly string _cniPath;
    private JsonObject _list;

    private MultiNetNode(NodeSandbox node, JsonObject list, string cniPath)
    {
        Node = node;
        _list = list;
        _cniPath = cniPath;
        Runtime = new ConfListRuntime(node, cniPath);
    }

    /// <summary>The node.</summary>
    public NodeSandbox Node { get; }

    /// <summary>Its runtime.</summary>
    public ConfListRuntime Runtime { get; }

    /// <summary>Starts a node.</summary>
    /// <param name="keys">Further keys of MultiNet's configuration.</param>
    /// <param name="clusterNetwork">The configuration list of the cluster's default network.</param>
    /// <param name="cniPath">CNI_PATH.</param>
    public static async Task<MultiNetNode> StartAsync(
        string keys = "{}", string clusterNetwork = BridgeNetwork, string cniPath = NodeSandbox.BuiltInBin)
    {
        var node = await NodeSandbox.StartAsync();
        node.Write("/etc/cni/multus/net.d/cluster-network.conflist", clusterNetwork);
        Directory.CreateDirectory(node.Outside(Manifests));
        var list = Configuration(keys);
        node.Write(ConfigFile, list.ToJsonString());
        return new MultiNetNode(node, list, cniPath);
    }

    /// <summary>Changes MultiNet's configuration.</summary>
    /// <param name="keys">The keys that it has from now on.</param>
    public void Configure(string keys)
    {
        _list = Configuration(keys);
        Node.Write(ConfigFile, _list.ToJsonString());
    }

    /// <summary>Writes a NetworkAttachmentDefinition.</summary>
    public void DefineNetwork(string name, string config) => Node.Write($"{Manifests}/net-{name}.yaml", $"""
        apiVersion: k8s.cni.cncf.io/v1
        kind: NetworkAttachmentDefinition
        metadata:
          name: {name}
          namespace: default
        spec:
          config: '{config.Replace("'", "''", StringComparison.Ordinal).ReplaceLineEndings(" ")}'
        """);

    /// <summary>Writes a Pod and makes its network namespace.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="networks">The selection annotation.</param>
    public async Task DefinePodAsync(string name, string networks = "")
    {
        Annotate(name, networks);
        await Node.AddPodAsync(name);
    }

    /// <summary>Writes a Pod, or changes its annotation.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="networks">The selection annotation.</param>
    public void Annotate(string name, string networks) => Node.Write($"{Manifests}/pod-{name}.yaml", $"""
            apiVersion: v1
            kind: Pod
            metadata:
              name: {name}
              namespace: default
              uid: uid-of-{name}
              annotations:
                k8s.v1.cni.cncf.io/networks: '{networks}'
            """);

    /// <summary>What the runtime says of a pod's sandbox.</summary>
    public static Attachment Sandbox(string pod, string capabilities = "{}") => new($"sandbox-of-{pod}", NodeSandbox.Netns(pod))
    {
        Arguments = $"IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME={pod};K8S_POD_INFRA_CONTAINER_ID=sandbox-of-{pod};K8S_POD_UID=uid-of-{pod}",
        Capabilities = JsonNode.Parse(capabilities)!.AsObject(),
    };

    /// <summary>Runs ADD for a pod.</summary>
    public Task<PluginAnswer> AddAsync(string pod, string capabilities = "{}") => Runtime.AddAsync(_list, Sandbox(pod, capabilities));

    /// <summary>Runs CHECK for a pod.</summary>
    public Task<PluginAnswer> CheckAsync(string pod, string capabilities = "{}") => Runtime.CheckAsync(_list, Sandbox(pod, capabilities));

    /// <summary>Runs DEL for a pod.</summary>
    public Task<PluginAnswer> DelAsync(string pod, string capabilities = "{}") => Runtime.DelAsync(_list, Sandbox(pod, capabilities));

    /// <summary>Runs STATUS.</summary>
    public Task<PluginAnswer> StatusAsync()
    {
        var list = _list.DeepClone().AsObject();
        list["cniVersion"] = "1.1.0";
        return Runtime.NodeCommandAsync("STATUS", list);
    }

    /// <summary>Runs GC: everything but the attachments of these pods is to be released.</summary>
    public Task<PluginAnswer> GcAsync(params string[] validPods)
    {
        var list = _list.DeepClone().AsObject();
        list["cniVersion"] = "1.1.0";
        return Runtime.NodeCommandAsync(
            "GC", list, new JsonArray([.. validPods.Select(p => new JsonObject { ["containerID"] = Sandbox(p).ContainerId, ["ifname"] = Sandbox(p).Interface })]));
    }

    /// <summary>Runs <c>multinet</c> as a command line with the node's configuration.</summary>
    /// <param name="arguments">The command and its arguments.</param>
    public Task<CommandResult> CommandLineAsync(params string[] arguments) => Node.RunAsync([MultiNetPath, .. arguments, "--config", ConfigFile]);

    /// <summary>Runs a command line under strace, which kills it as it enters the <paramref name="n"/>-th of some system calls.</summary>
    public Task<CommandResult> KilledCommandLineAsync(string calls, int n, params string[] arguments) => Node.RunAsync(
        [.. Killer(calls, n), MultiNetPath, .. arguments, "--config", ConfigFile]);

    private static string[] Killer(string calls, int n) =>
        ["strace", "--follow-forks", "-qqq", "-o", "/dev/null", "-e", $"trace={calls}", "-e", $"inject={calls}:signal=KILL:when={n}"];

    /// <summary>
    /// Runs a command for a pod under strace, which kills MultiNet (or the program that it started) as it enters the
    /// <paramref name="n"/>-th of some system calls.
    /// </summary>
    public Task<CommandResult> KilledAsync(string pod, string command, string calls, int n) => Node.RunAsync(
        [.. Killer(calls, n), MultiNetPath],
        Environment(pod, command, _cniPath), Request());

    /// <summary>Runs a command for a pod under strace, which writes some system calls, of MultiNet alone, to standard error.</summary>
    public Task<CommandResult> TracedAsync(string pod, string command, string calls) =>
        Node.RunAsync(["strace", "--follow-forks", "-qqq", "-e", $"trace={calls}", MultiNetPath], Environment(pod, command, _cniPath), Request());

    /// <summary>The environment of a call for a pod.</summary>
    public static Dictionary<string, string> Environment(string pod, string command, string cniPath)
    {
        var sandbox = Sandbox(pod);
        return new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = command,
            ["CNI_CONTAINERID"] = sandbox.ContainerId,
            ["CNI_NETNS"] = sandbox.Netns,
            ["CNI_IFNAME"] = sandbox.Interface,
            ["CNI_ARGS"] = sandbox.Arguments,
            ["CNI_PATH"] = cniPath,
        };
    }

    /// <summary>Removes a pod's network namespace.</summary>
    public Task DeletePodAsync(string pod) => Node.DeletePodAsync(pod);

    /// <summary>The standard input that MultiNet gets, for tests that execute it by other means.</summary>
    public string Request()
    {
        var request = _list["plugins"]![0]!.DeepClone().AsObject();
        request["name"] = "multinet";
        request["cniVersion"] = "1.0.0";
        return request.ToJsonString();
    }

    private static JsonObject Configuration(string keys)
    {
        var plugin = JsonNode.Parse(keys)!.AsObject();
        plugin["type"] = "multinet";
        if (!plugin.ContainsKey("kubeconfig"))
            plugin["manifestDir"] = Manifests;
        plugin["clusterNetwork"] = "/etc/cni/multus/net.d/cluster-network.conflist";
        return new JsonObject { ["cniVersion"] = "1.0.0", ["name"] = "multinet", ["plugins"] = new JsonArray(plugin) };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
