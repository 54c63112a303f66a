using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Kernel;
using MultiNet.EndToEnd.Tests.Meta;
using MultiNet.Kubernetes.Tests.Server;

namespace MultiNet.EndToEnd.Tests.Cluster;

/// <summary>
/// A node with MultiNet in direct mode, and a scripted API server on its loopback device: TLS with an authority of its own, a token in a file.
/// It has a pod, <c>pod1</c>, that asks for <see cref="ThreeNetworks"/>.
/// </summary>
internal sealed class ApiNode : IAsyncDisposable
{
    /// <summary>The token that a kubeconfig's file holds.</summary>
    public const string Token = "token-of-the-node";

    private const string Kubeconfig = "/etc/cni/net.d/multinet.d/multinet.kubeconfig";
    private const string TokenFile = "/etc/cni/net.d/multinet.d/token";

    private readonly TestAuthority _authority;
    private bool _serves = true;

    private ApiNode(MultiNetNode node, ScriptedServer server, TestAuthority authority)
    {
        Node = node;
        Server = server;
        _authority = authority;
        server.Answer = Cluster.AnswerAsync;
    }

    /// <summary>The node.</summary>
    public MultiNetNode Node { get; }

    /// <summary>The server.</summary>
    public ScriptedServer Server { get; }

    /// <summary>What the server has.</summary>
    public ScriptedCluster Cluster { get; } = new();

    /// <summary>Starts node and server.</summary>
    /// <param name="keys">Further keys of the configuration.</param>
    /// <param name="certificate">Makes the server's certificate; null for one that is in order.</param>
    public static async Task<ApiNode> StartAsync(string keys = "{}", Func<TestAuthority, X509Certificate2>? certificate = null)
    {
        var configuration = JsonNode.Parse(keys)!.AsObject();
        configuration["kubeconfig"] = Kubeconfig;
        var node = await MultiNetNode.StartAsync(configuration.ToJsonString());
        var authority = new TestAuthority();
        var server = await ScriptedServer.StartAsync(certificate?.Invoke(authority) ?? authority.Issue("apiserver", null, "127.0.0.1"), endpoint => NodeListener.Bind(node.Node, endpoint));
        var all = new ApiNode(node, server, authority);
        all.WriteKubeconfig(server.Url);
        all.WriteToken(Token);
        ThreeNetworks.Define((name, config) => all.Cluster.Definition(name, config));
        all.Cluster.Pod("pod1", ThreeNetworks.Annotation);
        await node.Node.AddPodAsync("pod1");
        return all;
    }

    /// <summary>Attaches and releases the pod once, so that what all pods share is there, and forgets it.</summary>
    /// <returns>What the node has now.</returns>
    public async Task<KernelState> SettleAsync()
    {
        (await Node.AddAsync("pod1")).MustSucceed();
        (await Node.DelAsync("pod1")).MustSucceed();
        Cluster.Pod("pod1", ThreeNetworks.Annotation);
        Cluster.Forget();
        Server.Requests.Clear();
        return await KernelState.TakeAsync(Node.Node);
    }

    /// <summary>The authority that both sides trust.</summary>
    public TestAuthority Authority => _authority;

    /// <summary>Points the kubeconfig at a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="user">The user of the kubeconfig; null for the one of the token file.</param>
    public void WriteKubeconfig(Uri server, JsonObject? user = null) => Node.Node.Write(Kubeconfig, $$$"""
        {"apiVersion": "v1", "kind": "Config", "current-context": "node",
         "contexts": [{"name": "node", "context": {"cluster": "cluster", "user": "node"}}],
         "clusters": [{"name": "cluster", "cluster": {
           "server": "{{{server.AbsoluteUri}}}", "certificate-authority-data": "{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(_authority.Pem))}}}"}}],
         "users": [{"name": "node", "user": {{{(user ?? new JsonObject { ["tokenFile"] = TokenFile }).ToJsonString()}}}}]}
        """);

    /// <summary>Takes the kubeconfig away.</summary>
    public void DeleteKubeconfig() => File.Delete(Node.Node.Outside(Kubeconfig));

    /// <summary>Replaces the token.</summary>
    public void WriteToken(string token) => Node.Node.Write(TokenFile, token);

    /// <summary>Ends the server: from now on its port refuses connections.</summary>
    public async Task StopServerAsync()
    {
        if (_serves)
            await Server.DisposeAsync();
        _serves = false;
    }

    /// <summary>The names of the entries of the pod's network-status, or null where it has none.</summary>
    public string[]? Status(string pod = "pod1") => Cluster.Annotation(pod, "k8s.v1.cni.cncf.io/network-status") is { } text
        ? [.. JsonNode.Parse(text)!.AsArray().Select(entry => $"{entry!["name"]} {entry["interface"]}")]
        : null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopServerAsync();
        await Node.DisposeAsync();
        _authority.Dispose();
    }
}
