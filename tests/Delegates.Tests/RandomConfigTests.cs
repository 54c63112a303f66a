using System.Text;
using System.Text.Json;
using MultiNet.Cni;

namespace MultiNet.Delegates.Tests;

/// <summary>Whatever the configuration and the IPAM plugin say: an error of the contract, and nothing left behind.</summary>
public sealed class RandomConfigTests : IDisposable
{
    private readonly TestNode _node = new();

    // The network's name in the configuration of the last ADD, which was changed, too.
    private string _attached = "net";

    public void Dispose() => _node.Dispose();

    private static string Mutate(string text, Random random, string[] pieces)
    {
        var mutated = new StringBuilder(text);
        for (int i = random.Next(4); i > 0 && mutated.Length > 4; i--)
        {
            int at = random.Next(mutated.Length - 3);
            switch (random.Next(4))
            {
                case 0:
                    mutated.Remove(at, random.Next(1, 4));
                    break;
                case 1:
                    mutated.Insert(at, pieces[random.Next(pieces.Length)]);
                    break;
                case 2:
                    mutated[at] = (char)random.Next(32, 127);
                    break;
                default:
                    mutated.Replace(pieces[random.Next(pieces.Length)], pieces[random.Next(pieces.Length)]);
                    break;
            }
        }
        return mutated.ToString();
    }

    [Theory]
    [InlineData("bridge")]
    [InlineData("ptp")]
    [InlineData("tap")]
    [InlineData("macvlan")]
    [InlineData("ipvlan")]
    [InlineData("vlan")]
    [InlineData("dummy")]
    [InlineData("bandwidth")]
    [InlineData("host-device")]
    [InlineData("bond")]
    [InlineData("route-override")]
    [InlineData("sbr")]
    [InlineData("vrf")]
    [InlineData("sriov")]
    public void Plugin_ThrowsOnlyCniExceptions_AndLeavesNothing(string type)
    {
        string config = """{"cniVersion":"1.1.0","name":"net","type":"TYPE","bridge":"br0","master":"lo","linkInContainer":false,"vlanId":5,"owner":5,"device":"dev0","isDefaultGateway":true,"mtu":1400,"vlan":0,"hairpinMode":true,"macspoofchk":false,"ingressRate":1000000,"ingressBurst":8000000,"dns":{"domain":"d"},"runtimeConfig":{"mac":"0a:00:00:00:00:01"},"prevResult":{"cniVersion":"1.1.0","interfaces":[{"name":"br0"},{"name":"vethx"},{"name":"eth0","sandbox":"/x"}],"ips":[{"address":"10.1.2.5/24","interface":2}]},"cni.dev/valid-attachments":[{"containerID":"c","ifname":"e"}],"ipam":{"type":"fake"}}""".Replace("TYPE", type);
        if (type == "sriov")
            config = config.Replace("\"device\":\"dev0\"", """ "deviceID":"0000:00:00.0","vlanQoS":0,"vlanProto":"802.1q","mac":"0a:00:00:00:00:01","min_tx_rate":5,"max_tx_rate":10,"spoofchk":"on","trust":"off","link_state":"auto" """.Trim());
        const string result = """{"cniVersion":"1.1.0","ips":[{"address":"10.1.2.5/24","gateway":"10.1.2.1","interface":0},{"address":"fd00:1::5/64","gateway":"fd00:1::1"}],"routes":[{"dst":"10.9.0.0/16","mtu":1300,"priority":5,"table":100,"scope":0}],"dns":{}}""";
        string[] pieces = ["true", "false", "null", "\"\"", "{}", "[]", "-1", "0", "5", "4095", "99999999999", "1e5", "\"x\"", "br0", "10.", "fd00", "::", "/24", "/33", "/0", "\"interface\"", "\\u0000", ",", "\""];
        var random = new Random(73);
        _node.OnHost("ip", "link add dev0 type veth peer name wire0");
        var pod = _node.AddPod();
        var verbs = (CniVerb[])[CniVerb.Add, CniVerb.Check, CniVerb.Status, CniVerb.Gc];
        int refused = 0;
        for (int round = 0; round < 200; round++)
        {
            string mutated = Mutate(config, random, pieces);
            _node.Ipam.Result = round % 2 == 0 ? result : Mutate(result, random, pieces);
            foreach (var verb in verbs)
            {
                if (Call(type, verb, mutated, pod) is not { } error)
                    continue;
                Assert.True(error is CniException, $"{verb} {mutated} with {_node.Ipam.Result}: {error}");
                Assert.NotEmpty(error.Message);
                refused++;
            }
            Assert.Null(Call(type, CniVerb.Del, config.Replace("\"prevResult\"", "\"former\"").Replace("\"net\"", JsonSerializer.Serialize(_attached)), pod));
            Assert.False(pod.HasLink(), mutated);
        }
        Assert.True(refused > 50);
        Assert.DoesNotContain(_node.HostLinks(), name => name.StartsWith("veth", StringComparison.Ordinal));
    }

    // Without PluginHost, which would make a contract error of any exception.
    private Exception? Call(string type, CniVerb verb, string config, TestNode.Pod pod) => _node.Host.Run<Exception?>(() =>
    {
        using var kernel = new NodeKernel { RecordsFolder = _node.RecordsFolder };
        Assert.True(BuiltinPlugins.TryCreate(type, kernel, out var plugin));
        try
        {
            var context = new PluginContext(
                new CniCall { Verb = verb, ContainerId = pod.Id, NetNs = pod.Path, IfName = "eth0", Config = Encoding.UTF8.GetBytes(config) }, _node.Ipam);
            NetworkName.Validate(context.NetworkName);
            if (verb == CniVerb.Add)
                _attached = context.NetworkName;
            switch (verb)
            {
                case CniVerb.Add: plugin.Add(context); break;
                case CniVerb.Del: plugin.Del(context); break;
                case CniVerb.Check: plugin.Check(context); break;
                case CniVerb.Status: plugin.Status(context); break;
                default: plugin.Gc(context); break;
            }
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    });
}
