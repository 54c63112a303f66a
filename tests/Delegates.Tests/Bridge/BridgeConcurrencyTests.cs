using System.Text;
using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Bridge;

public sealed class BridgeConcurrencyTests : IDisposable
{
    private const string Config = """{"cniVersion":"1.0.0","name":"net","type":"bridge","bridge":"br0","isDefaultGateway":true,"ipMasq":true,"ipMasqBackend":"BACKEND","ipam":{"type":"fake"}}""";

    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    // Four processes at once: each has a thread of its own inside the host's namespace.
    private void Run(CniVerb verb, string config, IReadOnlyList<TestNode.Pod> pods)
    {
        var failures = new List<Exception>();
        var threads = pods.Select((pod, i) => new Thread(() =>
        {
            try
            {
                using var host = Netlink.NetworkNamespace.Open(_node.HostPath);
                var ipam = new FakeIpam { Result = $$"""{"ips":[{"address":"10.1.2.{{i + 10}}/24"}]}""" };
                var call = new CniCall { Verb = verb, ContainerId = pod.Id, NetNs = pod.Path, IfName = "eth0", Config = Encoding.UTF8.GetBytes(config) };
                host.Run(() =>
                {
                    using var kernel = new NodeKernel();
                    Assert.True(BuiltinPlugins.TryCreate("bridge", kernel, out var plugin));
                    PluginHost.Invoke(plugin, call, ipam);
                });
            }
            catch (Exception e)
            {
                lock (failures)
                    failures.Add(e);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Empty(failures);
    }

    [Theory]
    [InlineData("iptables")]
    [InlineData("nftables")]
    public void Bridge_ServesFourPodsAtOnce_AndReleasesThemAtOnce(string backend)
    {
        string config = Config.Replace("BACKEND", backend);
        var pods = Enumerable.Range(0, 4).Select(_ => _node.AddPod()).ToList();
        Run(CniVerb.Add, config, pods);
        Assert.Equal(5, _node.HostLinks().Count);
        Assert.Equal(["10.1.2.1/24"], BridgeAddTests.Addresses(_node.HostPath, "br0", "inet"));
        Assert.True(pods[0].CanPing("10.1.2.13"));
        Run(CniVerb.Del, config, pods);
        Assert.Equal(["br0"], _node.HostLinks());
        Assert.DoesNotContain("10.1.2.1", _node.OnHost("nft", "list ruleset"));
    }
}
