using System.Text.Json;

namespace MultiNet.Cni.Tests.Runtime;

/// <summary>Calico's configuration as its installer writes it: what a plugin gets is what was written.</summary>
public sealed class RealConflistTests
{
    private const string Calico =
        """
        {
          "name": "k8s-pod-network",
          "cniVersion": "0.3.1",
          "plugins": [
            {
              "type": "calico",
              "log_level": "info",
              "mtu": 0,
              "nodename_file_optional": false,
              "ipam": { "type": "calico-ipam", "assign_ipv4": "true", "assign_ipv6": "false" },
              "kubernetes": {
                "k8s_api_root": "https://10.96.0.1:443",
                "kubeconfig": "/etc/cni/net.d/calico-kubeconfig"
              }
            },
            { "type": "portmap", "snat": true, "capabilities": { "portMappings": true } },
            { "type": "bandwidth", "capabilities": { "bandwidth": true } }
          ]
        }
        """;

    [Fact]
    public void EveryPlugin_SeesItsKeysByteForByte_OnAddAndDel()
    {
        var list = NetworkConfigList.Parse(Json.Bytes(Calico), "calico");
        var invoker = new ScriptedInvoker { Answer = (_, call) => call.Verb == CniVerb.Add ? new CniResult { CniVersion = "0.3.1" } : null };
        var runtime = new RuntimeConfig
        {
            ContainerId = "c1", NetNs = "/ns", IfName = "eth0",
            CapabilityArgs = new Dictionary<string, ReadOnlyMemory<byte>> { ["portMappings"] = Json.Bytes("[{\"hostPort\": 80}]") },
        };
        var runner = new NetworkConfigRunner(invoker, ["/bin"]);
        runner.Add(list, runtime);
        runner.Del(list, runtime, new CniResult());
        Assert.Equal(["calico", "portmap", "bandwidth", "bandwidth", "portmap", "calico"], invoker.Calls.Select(c => c.Type));
        foreach (var (type, call) in invoker.Calls)
        {
            var plugin = list.Plugins.Single(p => p.Type == type);
            using var written = JsonDocument.Parse(plugin.Bytes);
            using var seen = JsonDocument.Parse(call.Config);
            foreach (var property in written.RootElement.EnumerateObject())
                Assert.Equal(property.Value.GetRawText(), seen.RootElement.GetProperty(property.Name).GetRawText());
            Assert.Equal(type == "portmap", seen.RootElement.TryGetProperty("runtimeConfig", out var runtimeConfig));
            if (type == "portmap")
                Assert.Equal("{\"portMappings\":[{\"hostPort\": 80}]}", runtimeConfig.GetRawText());
            Assert.Equal("k8s-pod-network", seen.RootElement.GetProperty("name").GetString());
        }
    }
}
