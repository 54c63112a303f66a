using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Bridge;

public sealed class BridgeCheckTests : IDisposable
{
    private const string L2 = """{"cniVersion":"1.0.0","name":"net","type":"bridge","bridge":"br0","portIsolation":true,"hairpinMode":true}""";
    private const string L3 = """
        {"cniVersion":"1.0.0","name":"net","type":"bridge","bridge":"br0","isDefaultGateway":true,"promiscMode":true,"ipMasq":true,"ipMasqBackend":"iptables","ipam":{"type":"fake"}}
        """;

    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    private (TestNode.Pod Pod, string Config) Attach(string config)
    {
        _node.Ipam.Result = """{"ips":[{"address":"10.1.2.5/24"},{"address":"fd00:1::5/64"}],"routes":[{"dst":"10.9.0.0/16"}]}""";
        var pod = _node.AddPod();
        return (pod, TestNode.WithPrevResult(config, _node.Add(config, pod)));
    }

    [Fact]
    public void Bridge_PassesCheck_RightAfterAdd()
    {
        var (pod, config) = Attach(L3);
        _node.Call(CniVerb.Check, config, pod);
        Assert.Equal("CHECK fake eth0", _node.Ipam.Calls[^1]);
    }

    [Fact]
    public void Bridge_PassesCheck_WithoutIpam()
    {
        var (pod, config) = Attach(L2);
        _node.Call(CniVerb.Check, config, pod);
        Assert.Empty(_node.Ipam.Calls);
    }

    [Fact]
    public void Bridge_PassesCheck_WhenLaterPluginsAdded()
    {
        var (pod, config) = Attach(L3);
        pod.Exec("ip", "addr add 192.0.2.9/24 dev eth0");
        pod.Exec("ip", "route add 198.51.100.0/24 via 10.1.2.9");
        pod.Exec("ip", "link set eth0 txqueuelen 77 alias something");
        // A routing plugin moved the route into a table of its own.
        pod.Exec("ip", "route del 10.9.0.0/16");
        pod.Exec("ip", "route add 10.9.0.0/16 via 10.1.2.1 table 120");
        _node.Call(CniVerb.Check, config, pod);
    }

    [Theory]
    [InlineData("pod", "ip addr del 10.1.2.5/24 dev eth0", "Failed to match addr 10.1.2.5/24 on interface eth0")]
    [InlineData("pod", "ip addr del fd00:1::5/64 dev eth0", "Failed to match addr fd00:1::5/64 on interface eth0")]
    [InlineData("pod", "ip route del 10.9.0.0/16", "Expected Route 10.9.0.0/16 not found in routing table")]
    [InlineData("pod", "ip route del default", "Expected Route 0.0.0.0/0 via 10.1.2.1 not found in routing table")]
    [InlineData("pod", "ip link set eth0 address 0a:00:00:00:00:99", "Interface eth0 Mac")]
    [InlineData("pod", "ip link set eth0 down", "Interface eth0 is down")]
    [InlineData("pod", "ip link set eth0 down name eth7", "Interface name eth0 not found")]
    [InlineData("pod", "ip link del eth0", "Interface name eth0 not found")]
    [InlineData("host", "ip link set br0 down", "Bridge interface br0 is down")]
    [InlineData("host", "ip link del br0", "Interface name br0 not found")]
    [InlineData("host", "ip link set br0 promisc off", "Bridge interface br0 configured Promisc Mode")]
    [InlineData("host", "ip link set br0 address 0a:00:00:00:00:99", "Bridge interface br0 Mac doesn't match")]
    [InlineData("host", "ip addr del 10.1.2.1/24 dev br0", "Failed to match addr 10.1.2.1/24 on interface br0")]
    [InlineData("host", "sysctl -qw net.ipv4.ip_forward=0", "the host does not forward IPv4 packets")]
    [InlineData("host", "iptables -t nat -F POSTROUTING", "ipMasq: the rule for 10.1.2.5 in POSTROUTING is missing")]
    [InlineData("host", "ip6tables -t nat -F", "ipMasq: the chain CNI-")]
    public void Bridge_FailsCheck_WhenSomebodyManipulated(string where, string command, string message)
    {
        var (pod, config) = Attach(L3);
        int blank = command.IndexOf(' ');
        TestNode.Exec(where == "pod" ? pod.Path : _node.HostPath, command[..blank], command[(blank + 1)..]);
        var error = Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, config, pod));
        Assert.StartsWith(message, error.Message);
    }

    [Theory]
    [InlineData("nomaster", "CNI veth created for bridge br0 was not found")]
    [InlineData("type bridge_slave isolated off", "has isolation off, configured is on")]
    [InlineData("type bridge_slave hairpin off", "has hairpin mode off, configured is on")]
    [InlineData("address 0a:00:00:00:00:99", "Mac doesn't match")]
    public void Bridge_FailsCheck_WhenThePortWasManipulated(string change, string message)
    {
        var (pod, config) = Attach(L2);
        string port = _node.HostLinks().Single(name => name != "br0");
        _node.OnHost("ip", $"link set {port} {change}");
        var error = Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, config, pod));
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Bridge_MayChangeItsAddress_WhenTheGatewayIsThatOfAVlan()
    {
        var (pod, config) = Attach(L3);
        _node.OnHost("ip", "link set br0 address 0a:00:00:00:00:99");
        // What comes after the address is looked at: the bridge was made without VLANs.
        var error = Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, BridgeAddTests.Set(config, "vlan", "100"), pod));
        Assert.Equal("Bridge interface br0 does not filter VLANs", error.Message);
    }

    [Fact]
    public void Bridge_FailsCheck_WhenTheBridgeIsReplacedByAnotherKind()
    {
        var (pod, config) = Attach(L2);
        _node.OnHost("ip", "link del br0");
        _node.OnHost("ip", "link add br0 type veth peer name x");
        Assert.Equal("Interface br0 does not have link type of bridge", Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, config, pod)).Message);
    }

    [Fact]
    public void Bridge_FailsCheck_WithoutPrevResult()
    {
        var (pod, _) = Attach(L3);
        Assert.Equal("Required prevResult missing", Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, L3, pod)).Message);
    }

    [Fact]
    public void Bridge_FailsCheck_WhenThePrevResultIsOfAnotherNamespace()
    {
        var (pod, config) = Attach(L3);
        var other = _node.AddPod();
        Assert.Equal(
            $"Sandbox in prevResult {pod.Path} doesn't match configured netns: {other.Path}",
            Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, config, other)).Message);
    }

    [Fact]
    public void Bridge_FailsCheck_WhenIpamDoes()
    {
        var (pod, config) = Attach(L3);
        _node.Ipam.Failure = _ => new CniException(CniErrorCode.Internal, "no reservation");
        Assert.Equal("no reservation", Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, config, pod)).Message);
    }
}
