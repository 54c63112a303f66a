using MultiNet.Kubernetes.Tests.Server;
using MultiNet.Meta.Sources.Cluster;

namespace MultiNet.Meta.Tests.Sources.Cluster;

/// <summary>A scripted API server, and a kubeconfig for it in a folder of its own.</summary>
internal sealed class ClusterNode : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("multinet-cluster").FullName;
    private readonly ScriptedServer _server;

    private ClusterNode(ScriptedServer server)
    {
        _server = server;
        server.Answer = Cluster.AnswerAsync;
        File.WriteAllText(Kubeconfig, KubeconfigFor(server.Url));
    }

    public ScriptedCluster Cluster { get; } = new();

    public string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    public Uri Url => _server.Url;

    /// <summary>Method and path of the requests so far, sorted.</summary>
    public string[] Requests => [.. _server.Requests.Order(StringComparer.Ordinal)];

    public static async Task<ClusterNode> StartAsync() => new(await ScriptedServer.StartAsync());

    public static string KubeconfigFor(Uri server) =>
        $$$"""
        {"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
         "clusters": [{"name": "c", "cluster": {"server": "{{{server}}}"}}], "users": [{"name": "u", "user": {"token": "secret-token"}}]}
        """;

    /// <summary>The API server as one call sees it.</summary>
    public ClusterApi Api(TimeSpan? timeout = null) => new(Kubeconfig, timeout ?? TimeSpan.FromSeconds(90));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
