using System.Text;
using System.Text.Json.Nodes;
using MultiNet.Kubernetes.Tests.Server;

namespace MultiNet.Bench.Webhook;

/// <summary>A scripted API server over TLS with 5,000 pods of two networks each, 500 definitions and 50 namespaces. It answers lists in pages, as a real one does.</summary>
internal sealed class LargeCluster : IAsyncDisposable
{
    private const int Pods = 5000, Definitions = 500, Namespaces = 50;

    private readonly WatchedCluster _cluster;

    private LargeCluster(WatchedCluster cluster) => _cluster = cluster;

    /// <summary>Starts it.</summary>
    public static async Task<LargeCluster> StartAsync(TestAuthority authority)
    {
        var cluster = await WatchedCluster.StartAsync(authority.Issue("apiserver", null, "127.0.0.1"));
        cluster.AddNamespace("team");
        foreach (var name in (string[])["blue", "red"])
        {
            cluster.AddDefinition(name, Config(name, "10.250.0.0/16"), "team");
        }

        for (var i = 0; i < Namespaces; i++)
        {
            cluster.AddNamespace($"namespace-{i}");
        }

        for (var i = 0; i < Definitions; i++)
        {
            cluster.AddDefinition($"net{i}", Config($"net{i}", $"10.{i / 250}.{i % 250}.0/24"), $"namespace-{i % Namespaces}");
        }

        for (var i = 0; i < Pods; i++)
        {
            cluster.AddPod(Pod(i));
        }

        return new LargeCluster(cluster);
    }

    /// <summary>Writes a kubeconfig for it.</summary>
    public Task WriteKubeconfigAsync(string file, TestAuthority authority) => File.WriteAllTextAsync(file, $$$"""
        {"apiVersion": "v1", "kind": "Config", "current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
         "clusters": [{"name": "c", "cluster": {"server": "{{{_cluster.Server.Url.AbsoluteUri}}}",
           "certificate-authority-data": "{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(authority.Pem))}}}"}}],
         "users": [{"name": "u", "user": {"token": "t"}}]}
        """);

    /// <summary>Every pod is changed, as by a kubelet that writes its status.</summary>
    public void Change()
    {
        for (var i = 0; i < Pods; i++)
        {
            _cluster.AddPod(Pod(i));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private static string Config(string name, string subnet) => $$$"""
        {"cniVersion": "1.0.0", "name": "{{{name}}}", "plugins": [
          {"type": "macvlan", "master": "eth1", "mode": "bridge", "capabilities": {"ips": true, "mac": true}, "ipam": {"type": "host-local", "subnet": "{{{subnet}}}"}}, {"type": "tuning"}]}
        """;

    // As large as pods are: some 7 KiB, of which most is nothing to the webhook.
    private static JsonObject Pod(int i)
    {
        string space = $"namespace-{i % Namespaces}", first = $"net{i % Definitions}", second = $"net{(i + Namespaces) % Definitions}", tail = $"{i / 250}.{i % 250}", mac = $"{i / 250:x2}:{i % 250:x2}";
        return new JsonObject
        {
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"web-6d4cf56db6-{i:x5}", ["namespace"] = space, ["uid"] = $"6f1c2d3e-0000-4000-8000-{i:x12}",
                ["labels"] = new JsonObject { ["app.kubernetes.io/name"] = "web", ["app.kubernetes.io/instance"] = $"web-{i % 100}", ["pod-template-hash"] = "6d4cf56db6" },
                ["annotations"] = new JsonObject
                {
                    ["k8s.v1.cni.cncf.io/networks"] = $"{first}, {second}",
                    ["k8s.v1.cni.cncf.io/network-status"] = $$$"""
                        [{"name": "cbr0", "interface": "eth0", "ips": ["10.244.{{{tail}}}"], "default": true, "dns": {}},
                        {"name": "{{{space}}}/{{{first}}}", "interface": "net1", "ips": ["10.1.{{{tail}}}"], "mac": "02:00:5e:01:{{{mac}}}", "dns": {}},
                        {"name": "{{{space}}}/{{{second}}}", "interface": "net2", "ips": ["10.2.{{{tail}}}"], "mac": "02:00:5e:02:{{{mac}}}", "dns": {}}]
                        """,
                    ["prometheus.io/scrape"] = "true", ["checksum/config"] = new string('c', 64),
                },
                ["managedFields"] = new JsonArray(new JsonObject { ["fieldsV1"] = new JsonObject { ["f:spec"] = new string('m', 2500) } }),
            },
            ["spec"] = new JsonObject
            {
                ["nodeName"] = $"node-{i % 100}",
                ["containers"] = new JsonArray([.. Enumerable.Range(0, 2).Select(c => (JsonNode)new JsonObject
                {
                    ["name"] = $"container-{c}", ["image"] = "registry.example/app:1",
                    ["env"] = new JsonArray([.. Enumerable.Range(0, 15).Select(e => (JsonNode)new JsonObject { ["name"] = $"VARIABLE_{e}", ["value"] = new string('v', 60) })]),
                })]),
            },
            ["status"] = new JsonObject { ["phase"] = "Running", ["podIP"] = $"10.244.{tail}" },
        };
    }
}
