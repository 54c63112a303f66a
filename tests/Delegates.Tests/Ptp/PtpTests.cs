using MultiNet.Cni;
using MultiNet.Delegates.Tests.Bridge;

namespace MultiNet.Delegates.Tests.Ptp;

public sealed class PtpTests : IDisposable
{
    private const string Config = """{"cniVersion":"1.0.0","name":"net","type":"ptp","ipam":{"type":"fake"}}""";
    private const string Masqueraded = """{"cniVersion":"1.0.0","name":"net","type":"ptp","ipMasq":true,"ipMasqBackend":"iptables","ipam":{"type":"fake"}}""";

    private readonly TestNode _node = new();

    public PtpTests() => Assign(5);

    public void Dispose() => _node.Dispose();

    private void Assign(int host) => _node.Ipam.Result =
        $$"""{"ips":[{"address":"10.1.2.{{host}}/24","gateway":"10.1.2.1"},{"address":"fd00:1::{{host}}/64","gateway":"fd00:1::1"}],"routes":[{"dst":"0.0.0.0/0"},{"dst":"::/0"}]}""";

    private IReadOnlyList<string> Routes(string path, string family, string link) =>
        [.. TestNode.Exec(path, "ip", $"{family} route show dev {link}").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()).Where(line => !line.Contains("fe80")).Order()];

    [Fact]
    public void Ptp_RoutesEverythingThroughTheHost()
    {
        var pod = _node.AddPod();
        var result = _node.Add(Config, pod);
        string host = Assert.Single(_node.HostLinks());

        Assert.Equal([host, "eth0"], result.Interfaces.Select(i => i.Name));
        Assert.Equal(pod.Link().GetProperty("address").GetString(), result.Interfaces[1].Mac);
        Assert.Equal(pod.Path, result.Interfaces[1].Sandbox);
        Assert.All(result.IPs, ip => Assert.Equal(1, ip.Interface));
        Assert.Equal(["10.1.2.5/24"], BridgeAddTests.Addresses(pod.Path, "eth0", "inet"));
        Assert.Equal(["10.1.2.1/32"], BridgeAddTests.Addresses(_node.HostPath, host, "inet"));
        Assert.Equal(["fd00:1::1/128"], BridgeAddTests.Addresses(_node.HostPath, host, "inet6"));
        Assert.Equal(
            ["10.1.2.0/24 via 10.1.2.1 src 10.1.2.5", "10.1.2.1 scope link src 10.1.2.5", "default via 10.1.2.1"], Routes(pod.Path, "-4", "eth0"));
        Assert.Equal(["10.1.2.5 scope host"], Routes(_node.HostPath, "-4", host));
        Assert.Contains(Routes(pod.Path, "-6", "eth0"), route => route.StartsWith("fd00:1::/64 via fd00:1::1", StringComparison.Ordinal));
        Assert.DoesNotContain(Routes(pod.Path, "-6", "eth0"), route => route.StartsWith("fd00:1::/64 proto kernel", StringComparison.Ordinal));
        Assert.Equal("1", _node.OnHost("cat", "/proc/sys/net/ipv4/ip_forward").Trim());
        Assert.Equal("1", _node.OnHost("cat", "/proc/sys/net/ipv6/conf/all/forwarding").Trim());
        Assert.True(pod.CanPing("10.1.2.1"));
    }

    [Fact]
    public void Ptp_ConnectsTwoPods_OverBothFamilies()
    {
        var (one, two) = (_node.AddPod(), _node.AddPod());
        _node.Add(Config, one);
        Assign(6);
        _node.Add(Config, two);
        Assert.True(one.CanPing("10.1.2.6"));
        Assert.True(one.CanPing("fd00:1::6"));
    }

    [Fact]
    public void Ptp_TakesAnAddressWithoutSubnet()
    {
        _node.Ipam.Result = """{"ips":[{"address":"10.1.2.5/32","gateway":"169.254.1.1"}],"routes":[]}""";
        var pod = _node.AddPod();
        _node.Add(Config, pod);
        Assert.True(pod.CanPing("169.254.1.1"));
    }

    [Fact]
    public void Ptp_SetsMtuAndGroup()
    {
        var pod = _node.AddPod();
        var result = _node.Call(CniVerb.Add, BridgeAddTests.Set(Config.Replace("1.0.0", "1.1.0"), "mtu", "1400"), pod, linkGroup: 5)!;
        Assert.All(result.Interfaces, i => Assert.Equal(1400, i.Mtu));
        Assert.Equal(1400, pod.Link().GetProperty("mtu").GetInt32());
        Assert.Equal("5", pod.Link().GetProperty("group").GetString());
    }

    [Fact]
    public void Ptp_OverridesIpamsDns_WhenConfigured() =>
        Assert.Equal("d", _node.Add(BridgeAddTests.Set(Config, "dns", "{\"domain\":\"d\"}"), _node.AddPod()).Dns.Domain);

    [Theory]
    [InlineData("0.1.0")]
    [InlineData("0.2.0")]
    [InlineData("0.3.1")]
    [InlineData("0.4.0")]
    [InlineData("1.1.0")]
    public void Ptp_AnswersInEveryVersion(string version) =>
        Assert.Equal(version, _node.Add(Config.Replace("1.0.0", version), _node.AddPod()).CniVersion);

    [Theory]
    [InlineData("""{"ips":[{"address":"10.1.2.5/24"}]}""", "IPAM plugin returned no gateway for 10.1.2.5/24")]
    [InlineData("""{"ips":[]}""", "IPAM plugin returned missing IP config")]
    [InlineData("""{"ips":[{"address":"10.1.2.5/24","gateway":"10.1.2.1"}],"routes":[{"dst":"10.9.0.0/16","gw":"192.0.2.1"}]}""", "failed to configure \"eth0\"")]
    public void Ptp_UndoesEverything_WhenAStepFails(string result, string message)
    {
        var pod = _node.AddPod();
        _node.Ipam.Result = result;
        Assert.StartsWith(message, Assert.Throws<CniException>(() => _node.Add(Masqueraded, pod)).Message);
        Assert.Equal(["ADD fake eth0", "DEL fake eth0"], _node.Ipam.Calls);
        Assert.False(pod.HasLink());
        Assert.Empty(_node.HostLinks());
        Assert.DoesNotContain("CNI-", _node.OnHost("iptables-save", "-t nat"));
    }

    [Fact]
    public void Ptp_RefusesASecondAdd_WithoutReleasingTheFirstOnesAddress()
    {
        var pod = _node.AddPod();
        _node.Add(Config, pod);
        Assert.Contains("already exists", Assert.Throws<CniException>(() => _node.Add(Config, pod)).Message);
        Assert.Equal(["ADD fake eth0"], _node.Ipam.Calls);
        Assert.True(pod.CanPing("10.1.2.1"));
    }

    [Fact]
    public void Ptp_DetachesWithItsRules_AndMayBeToldTwice()
    {
        var pod = _node.AddPod();
        string config = TestNode.WithPrevResult(Masqueraded, _node.Add(Masqueraded, pod));
        Assert.Contains("10.1.2.5/32", _node.OnHost("iptables-save", "-t nat"));
        _node.Call(CniVerb.Del, config, pod);
        _node.Call(CniVerb.Del, config, pod);
        Assert.False(pod.HasLink());
        Assert.Empty(_node.HostLinks());
        Assert.DoesNotContain("CNI-", _node.OnHost("iptables-save", "-t nat"));
        Assert.DoesNotContain("CNI-", _node.OnHost("ip6tables-save", "-t nat"));
        Assert.Equal("DEL fake eth0", _node.Ipam.Calls[^1]);
    }

    [Fact]
    public void Ptp_ReleasesEverything_WhenTheNamespaceIsGone()
    {
        var pod = _node.AddPod();
        string config = TestNode.WithPrevResult(Masqueraded, _node.Add(Masqueraded, pod));
        pod.Vanish();
        _node.Call(CniVerb.Del, config, pod);
        Assert.DoesNotContain("CNI-", _node.OnHost("iptables-save", "-t nat"));
        Assert.Equal("DEL fake eth0", _node.Ipam.Calls[^1]);
    }

    [Fact]
    public void Ptp_RemovesItsRules_WithoutPrevResult_WhenTheLinkIsGone()
    {
        var pod = _node.AddPod();
        _node.Add(Masqueraded, pod);
        pod.Exec("ip", "link del eth0");
        _node.Call(CniVerb.Del, Masqueraded, pod);
        Assert.DoesNotContain("CNI-", _node.OnHost("iptables-save", "-t nat"));
    }

    [Fact]
    public void Ptp_PassesCheck_RightAfterAdd()
    {
        var pod = _node.AddPod();
        _node.Call(CniVerb.Check, TestNode.WithPrevResult(Masqueraded, _node.Add(Masqueraded, pod)), pod);
        Assert.Equal("CHECK fake eth0", _node.Ipam.Calls[^1]);
    }

    [Theory]
    [InlineData("pod", "ip addr del 10.1.2.5/24 dev eth0", "Failed to match addr 10.1.2.5/24 on interface eth0")]
    [InlineData("pod", "ip route del 10.1.2.0/24", "Failed to find Gateway 10.1.2.1 for interface eth0")]
    [InlineData("pod", "ip route del default", "Expected Route 0.0.0.0/0 not found in routing table")]
    [InlineData("pod", "ip link set eth0 down", "Interface eth0 is down")]
    [InlineData("pod", "ip link del eth0", "Interface name eth0 not found")]
    [InlineData("host", "ip route del 10.1.2.5/32", "Expected Route 10.1.2.5/32 not found in routing table")]
    [InlineData("host", "ip -6 route del fd00:1::5", "Expected Route fd00:1::5/128 not found in routing table")]
    [InlineData("host", "ip addr del 10.1.2.1/32 dev VETH", "Failed to match addr 10.1.2.1/32 on interface veth")]
    [InlineData("host", "ip link set VETH down", "Interface veth")]
    [InlineData("host", "sysctl -qw net.ipv6.conf.all.forwarding=0", "the host does not forward IPv6 packets")]
    [InlineData("host", "iptables -t nat -F", "ipMasq: ")]
    public void Ptp_FailsCheck_WhenSomebodyManipulated(string where, string command, string message)
    {
        var pod = _node.AddPod();
        string config = TestNode.WithPrevResult(Masqueraded, _node.Add(Masqueraded, pod));
        command = command.Replace("VETH", _node.HostLinks()[0]);
        int blank = command.IndexOf(' ');
        TestNode.Exec(where == "pod" ? pod.Path : _node.HostPath, command[..blank], command[(blank + 1)..]);
        Assert.StartsWith(message, Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, config, pod)).Message);
    }

    [Fact]
    public void Ptp_ForwardsStatusAndGcToIpam()
    {
        string config = Config.Replace("1.0.0", "1.1.0");
        _node.Call(CniVerb.Status, config);
        _node.Call(CniVerb.Gc, config);
        Assert.Equal(["STATUS fake ", "GC fake "], _node.Ipam.Calls);
        _node.Ipam.Failure = _ => new CniException(CniErrorCode.PluginNotAvailable, "exhausted");
        Assert.Equal(CniErrorCode.PluginNotAvailable, Assert.Throws<CniException>(() => _node.Call(CniVerb.Status, config)).Code);
    }
}
