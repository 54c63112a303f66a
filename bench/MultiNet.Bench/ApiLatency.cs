using System.Text;
using MultiNet.Kubernetes.Tests.Server;

namespace MultiNet.Bench;

/// <summary>ADD in direct mode, by how long the API server takes for each request; beside it the same pod from manifests.</summary>
internal static class ApiLatency
{
    private const string Kubeconfig = "/run/bench/kubeconfig";

    /// <summary>Measures.</summary>
    /// <param name="rounds">Runs for each latency.</param>
    /// <returns>The ways, with their samples, and the memory of the process without latency, in KiB.</returns>
    public static async Task<(IReadOnlyList<Way> Ways, long Memory)> RunAsync(int rounds)
    {
        PodNetworks.Write();
        using var authority = new TestAuthority();
        await using var server = await ScriptedServer.StartAsync(authority.Issue("apiserver", null, "127.0.0.1"));
        await using var plain = await ScriptedServer.StartAsync();
        var cluster = new ScriptedCluster();
        server.Answer = plain.Answer = cluster.AnswerAsync;
        foreach (var (name, config) in PodNetworks.Definitions)
            cluster.Definition(name, config);
        cluster.Pod("pod1", "one,two,three");
        File.WriteAllText(Kubeconfig, KubeconfigFor(server.Url, $"""
            , "certificate-authority-data": "{Convert.ToBase64String(Encoding.UTF8.GetBytes(authority.Pem))}"
            """));
        File.WriteAllText(Kubeconfig + ".plain", KubeconfigFor(plain.Url, ""));

        var ways = new List<Way> { new("manifests", "pod-a", "", "/opt/cni/bin"), Direct("API server without TLS", Kubeconfig + ".plain") };
        foreach (var way in ways)
            Measure(way);
        long memory = 0;
        foreach (int milliseconds in (int[])[0, 100, 300, 1000])
        {
            cluster.Latency = TimeSpan.FromMilliseconds(milliseconds);
            var way = Direct($"API server, {milliseconds} ms for each request", Kubeconfig);
            Measure(way);
            ways.Add(way);
            if (milliseconds == 0)
                memory = way.Memory().Add;
        }
        return (ways, memory);

        void Measure(Way way)
        {
            for (int round = -2; round < rounds; round++)
                way.Round(round >= 0);
        }
    }

    // The last of two keys of a name counts.
    private static Way Direct(string name, string kubeconfig) => new(name, "pod-a", $$""", "manifestDir": "", "kubeconfig": "{{kubeconfig}}" """, "/opt/cni/bin");

    private static string KubeconfigFor(Uri server, string keys) => $$$"""
        {"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
         "clusters": [{"name": "c", "cluster": {"server": "{{{server.AbsoluteUri}}}"{{{keys}}}}}], "users": [{"name": "u", "user": {"token": "t"}}]}
        """;
}
