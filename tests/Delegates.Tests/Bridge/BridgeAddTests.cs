using System.Text.Json;
using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Bridge;

public sealed class BridgeAddTests : IDisposable
{
    private const string L2 = """{"cniVersion":"1.1.0","name":"net","type":"bridge","bridge":"br0"}""";
    private const string L3 = """{"cniVersion":"1.1.0","name":"net","type":"bridge","bridge":"br0","isDefaultGateway":true,"ipam":{"type":"fake"}}""";

    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Bridge_ConnectsTheContainer_WithoutIpam()
    {
        var pod = _node.AddPod();
        var result = _node.Add(L2, pod);

        Assert.Equal(3, result.Interfaces.Count);
        var bridge = Assert.Single(TestNode.Ip(_node.HostPath, "link show type bridge"));
        var port = Assert.Single(TestNode.Ip(_node.HostPath, "link show type veth"));
        var link = pod.Link();
        Assert.Equal("br0", bridge.GetProperty("ifname").GetString());
        Assert.Contains("UP", bridge.GetProperty("flags").EnumerateArray().Select(f => f.GetString()));
        Assert.Equal("br0", port.GetProperty("master").GetString());
        Assert.Equal("UP", port.GetProperty("operstate").GetString());
        Assert.Equal("UP", link.GetProperty("operstate").GetString());
        Assert.StartsWith("veth", port.GetProperty("ifname").GetString());
        Assert.Empty(_node.Ipam.Calls);

        Assert.Equal("br0", result.Interfaces[0].Name);
        Assert.Equal(bridge.GetProperty("address").GetString(), result.Interfaces[0].Mac);
        Assert.Equal("", result.Interfaces[0].Sandbox);
        Assert.Equal(port.GetProperty("ifname").GetString(), result.Interfaces[1].Name);
        Assert.Equal(port.GetProperty("address").GetString(), result.Interfaces[1].Mac);
        Assert.Equal("eth0", result.Interfaces[2].Name);
        Assert.Equal(link.GetProperty("address").GetString(), result.Interfaces[2].Mac);
        Assert.Equal(pod.Path, result.Interfaces[2].Sandbox);
        Assert.All(result.Interfaces, i => Assert.Equal(1500, i.Mtu));
        Assert.Empty(result.IPs);
    }

    [Fact]
    public void Bridge_AssignsGatewayToBridge_WhenIsDefaultGateway()
    {
        var pod = _node.AddPod();
        var result = _node.Add(L3, pod);

        Assert.Equal(["10.1.2.1/24"], Addresses(_node.HostPath, "br0", "inet"));
        Assert.Equal(["10.1.2.5/24"], Addresses(pod.Path, "eth0", "inet"));
        var route = Assert.Single(pod.Ip("route show default"));
        Assert.Equal("10.1.2.1", route.GetProperty("gateway").GetString());
        Assert.Equal("1", _node.OnHost("cat", "/proc/sys/net/ipv4/ip_forward").Trim());
        Assert.Equal("1", pod.Sysctl("net/ipv4/conf/eth0/arp_notify"));
        Assert.Equal("0", pod.Sysctl("net/ipv6/conf/eth0/accept_dad"));
        Assert.Equal("0", _node.OnHost("cat", "/proc/sys/net/ipv6/conf/br0/accept_ra").Trim());

        var ip = Assert.Single(result.IPs);
        Assert.Equal("10.1.2.5/24", ip.Address.ToString());
        Assert.Equal("10.1.2.1", ip.Gateway!.ToString());
        Assert.Equal(2, ip.Interface);
        Assert.Equal("0.0.0.0/0", Assert.Single(result.Routes).Dst.ToString());
        Assert.Equal(["ADD fake eth0"], _node.Ipam.Calls);
        Assert.True(pod.CanPing("10.1.2.1"));
    }

    [Fact]
    public void Bridge_KeepsIpamsDefaultRoute_WhenItHasAGateway()
    {
        _node.Ipam.Result = """{"ips":[{"address":"10.1.2.5/24"}],"routes":[{"dst":"0.0.0.0/0","gw":"10.1.2.9"}]}""";
        var pod = _node.AddPod();
        Assert.Single(_node.Add(L3, pod).Routes);
        Assert.Equal("10.1.2.9", Assert.Single(pod.Ip("route show default")).GetProperty("gateway").GetString());
    }

    [Fact]
    public void Bridge_ConnectsTwoPods_OverBothFamilies()
    {
        var (one, two) = (_node.AddPod(), _node.AddPod());
        _node.Ipam.Result = """{"ips":[{"address":"10.1.2.5/24"},{"address":"fd00:1::5/64"}]}""";
        _node.Add(L3, one);
        _node.Ipam.Result = """{"ips":[{"address":"10.1.2.6/24"},{"address":"fd00:1::6/64"}]}""";
        _node.Add(L3, two);

        Assert.True(one.CanPing("10.1.2.6"));
        Assert.True(one.CanPing("fd00:1::6"));
        Assert.True(two.CanPing("fd00:1::1"));
        Assert.Equal("1", _node.OnHost("cat", "/proc/sys/net/ipv6/conf/all/forwarding").Trim());
        Assert.Equal("1", one.Sysctl("net/ipv6/conf/eth0/keep_addr_on_down"));
        Assert.Equal(["10.1.2.1/24"], Addresses(_node.HostPath, "br0", "inet"));
        Assert.Equal(["fd00:1::1/64"], Addresses(_node.HostPath, "br0", "inet6"));
    }

    [Fact]
    public void Bridge_EnablesIPv6_WhereItIsDisabled()
    {
        var pod = _node.AddPod();
        pod.Exec("sysctl", "-qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.lo.disable_ipv6=1");
        _node.Ipam.Result = """{"ips":[{"address":"fd00:1::5/64"}]}""";
        _node.Add(L3, pod);
        Assert.Equal("0", pod.Sysctl("net/ipv6/conf/eth0/disable_ipv6"));
        Assert.Equal("0", pod.Sysctl("net/ipv6/conf/lo/disable_ipv6"));
        Assert.Equal(["fd00:1::5/64"], Addresses(pod.Path, "eth0", "inet6"));
    }

    [Fact]
    public void Bridge_WaitsForDuplicateDetection_WhenEnableDad()
    {
        var pod = _node.AddPod();
        _node.Ipam.Result = """{"ips":[{"address":"fd00:1::5/64"}]}""";
        _node.Add(Set(L3, "enabledad", "true"), pod);
        Assert.Equal("1", pod.Sysctl("net/ipv6/conf/eth0/accept_dad"));
        Assert.Equal("1", pod.Sysctl("net/ipv6/conf/eth0/enhanced_dad"));
        Assert.DoesNotContain("tentative", pod.Exec("ip", "-6 addr show dev eth0 scope global"));
        Assert.DoesNotContain("nodad", pod.Exec("ip", "-6 addr show dev eth0 scope global"));
    }

    [Fact]
    public void Bridge_FailsWhenANeighbourHasTheAddress_WhenEnableDad()
    {
        var (one, two) = (_node.AddPod(), _node.AddPod());
        _node.Ipam.Result = """{"ips":[{"address":"fd00:1::5/64"}]}""";
        _node.Add(L3, one);
        var error = Assert.Throws<CniException>(() => _node.Add(Set(L3, "enabledad", "true"), two));
        Assert.Equal("link eth0 has address fd00:1::5 in DADFAILED state", error.Message);
        Assert.False(two.HasLink());
    }

    [Fact]
    public void Bridge_AppliesEveryPropertyOfARoute()
    {
        _node.Ipam.Result = """
            {"ips":[{"address":"10.1.2.5/24","gateway":"10.1.2.1"}],
             "routes":[{"dst":"10.9.0.0/16","mtu":1400,"advmss":1300,"priority":77,"table":500},{"dst":"10.8.0.0/16","gw":"10.1.2.7"},{"dst":"10.7.0.0/16","scope":253}]}
            """;
        var pod = _node.AddPod();
        _node.Add(Set(L3, "isDefaultGateway", "false"), pod);
        var route = Assert.Single(pod.Ip("route show table 500"));
        Assert.Equal("10.1.2.1", route.GetProperty("gateway").GetString());
        Assert.Equal(77, route.GetProperty("metric").GetInt32());
        Assert.Contains("1400", route.GetProperty("metrics").ToString());
        Assert.Contains("1300", route.GetProperty("metrics").ToString());
        Assert.Equal("10.1.2.7", Assert.Single(pod.Ip("route show 10.8.0.0/16")).GetProperty("gateway").GetString());
        var onLink = Assert.Single(pod.Ip("route show 10.7.0.0/16"));
        Assert.Equal("link", onLink.GetProperty("scope").GetString());
        Assert.False(onLink.TryGetProperty("gateway", out _));
        Assert.Empty(Addresses(_node.HostPath, "br0", "inet"));
    }

    [Theory]
    [InlineData("\"mac\":\"0a:00:00:00:00:07\"", "")]
    [InlineData("", "IgnoreUnknown=1;MAC=0a:00:00:00:00:07")]
    public void Bridge_GivesTheRequestedMac(string runtimeConfig, string args)
    {
        var pod = _node.AddPod();
        var result = _node.Add(Set(L2, "runtimeConfig", $"{{{runtimeConfig}}}"), pod, args: args);
        Assert.Equal("0a:00:00:00:00:07", pod.Link().GetProperty("address").GetString());
        Assert.Equal("0a:00:00:00:00:07", result.Interfaces[2].Mac);
    }

    [Fact]
    public void Bridge_SetsTheMtuOfAllThree()
    {
        var pod = _node.AddPod();
        var result = _node.Add(Set(L2, "mtu", "1400"), pod);
        Assert.All(result.Interfaces, i => Assert.Equal(1400, i.Mtu));
        Assert.Equal(1400, pod.Link().GetProperty("mtu").GetInt32());
        Assert.All(TestNode.Ip(_node.HostPath, "link show type veth"), port => Assert.Equal(1400, port.GetProperty("mtu").GetInt32()));
    }

    [Theory]
    [InlineData("hairpinMode", "hairpin")]
    [InlineData("portIsolation", "isolated")]
    public void Bridge_SetsPortProperty(string key, string property)
    {
        _node.Add(Set(L2, key, "true"), _node.AddPod());
        _node.Add(L2, _node.AddPod());
        var values = TestNode.Ip(_node.HostPath, "link show type veth").Select(port => port.GetProperty("linkinfo").GetProperty("info_slave_data").GetProperty(property).GetBoolean());
        Assert.Equal([false, true], values.Order());
    }

    [Fact]
    public void Bridge_IsPromiscuous_WhenPromiscMode_EvenWhereItExists()
    {
        _node.OnHost("ip", "link add br0 type bridge");
        _node.Add(Set(L2, "promiscMode", "true"), _node.AddPod());
        var bridge = Assert.Single(TestNode.Ip(_node.HostPath, "link show type bridge"));
        var flags = bridge.GetProperty("flags").EnumerateArray().Select(f => f.GetString()).ToList();
        Assert.Contains("PROMISC", flags);
        Assert.Contains("UP", flags);
    }

    [Fact]
    public void Bridge_LeavesTheContainerInterfaceDown_WhenDisabled()
    {
        var pod = _node.AddPod();
        _node.Add(Set(L2, "disableContainerInterface", "true"), pod);
        Assert.DoesNotContain("UP", pod.Link().GetProperty("flags").EnumerateArray().Select(f => f.GetString()));
    }

    [Fact]
    public void Bridge_PutsTheContainersLinkIntoTheGroup()
    {
        var pod = _node.AddPod();
        _node.Call(CniVerb.Add, L2, pod, linkGroup: 4711);
        Assert.Equal("4711", pod.Link().GetProperty("group").GetString());
    }

    [Fact]
    public void Bridge_KeepsTheBridgesMac_WhenPortsComeAndGo()
    {
        var pods = Enumerable.Range(0, 4).Select(_ => _node.AddPod()).ToList();
        var macs = pods.Select(pod => _node.Add(L2, pod).Interfaces[0].Mac).Distinct();
        Assert.Single(macs);
    }

    [Fact]
    public void Bridge_PinsTheMacOfAnExistingBridge_WhenItBecomesTheGateway()
    {
        _node.OnHost("ip", "link add br0 type bridge");
        var mac = _node.Add(L3, _node.AddPod()).Interfaces[0].Mac;
        for (int i = 6; i < 10; i++)
        {
            _node.Ipam.Result = $$"""{"ips":[{"address":"10.1.2.{{i}}/24"}]}""";
            Assert.Equal(mac, _node.Add(L3, _node.AddPod()).Interfaces[0].Mac);
        }
    }

    [Theory]
    [InlineData("0.1.0")]
    [InlineData("0.2.0")]
    [InlineData("0.3.0")]
    [InlineData("0.3.1")]
    [InlineData("0.4.0")]
    [InlineData("1.0.0")]
    [InlineData("1.1.0")]
    public void Bridge_AnswersInEveryVersion(string version)
    {
        _node.Ipam.Result = """{"ips":[{"address":"10.1.2.5/24"}],"dns":{"nameservers":["10.0.0.53"]}}""";
        var result = _node.Add(L3.Replace("1.1.0", version), _node.AddPod());
        using var json = JsonDocument.Parse(CniResultWriter.Write(result, version));
        Assert.Equal(version, json.RootElement.GetProperty("cniVersion").GetString());
        if (version is "0.1.0" or "0.2.0")
        {
            Assert.Equal("10.1.2.5/24", json.RootElement.GetProperty("ip4").GetProperty("ip").GetString());
            Assert.Equal("10.1.2.1", json.RootElement.GetProperty("ip4").GetProperty("gateway").GetString());
        }
        else
        {
            var ip = json.RootElement.GetProperty("ips")[0];
            Assert.Equal(2, ip.GetProperty("interface").GetInt32());
            Assert.Equal(version is "1.0.0" or "1.1.0", !ip.TryGetProperty("version", out _));
            var container = json.RootElement.GetProperty("interfaces")[2];
            Assert.Equal(version == "1.1.0", container.TryGetProperty("mtu", out _));
        }
        Assert.Equal("10.0.0.53", json.RootElement.GetProperty("dns").GetProperty("nameservers")[0].GetString());
    }

    [Fact]
    public void Bridge_OverridesIpamsDns_WhenDnsIsConfigured()
    {
        _node.Ipam.Result = """{"ips":[{"address":"10.1.2.5/24"}],"dns":{"nameservers":["10.0.0.53"]}}""";
        var result = _node.Add(Set(L3, "dns", """{"domain":"example.org"}"""), _node.AddPod());
        Assert.Equal("example.org", result.Dns.Domain);
        Assert.Empty(result.Dns.Nameservers);
    }

    internal static string Set(string config, string key, string value) => config.TrimEnd()[..^1] + $",\"{key}\":{value}}}";

    internal static IReadOnlyList<string> Addresses(string path, string link, string family) =>
    [
        .. TestNode.Ip(path, $"addr show dev {link} scope global").SelectMany(item => item.GetProperty("addr_info").EnumerateArray())
            .Where(address => address.TryGetProperty("family", out var found) && found.GetString() == family)
            .Select(address => $"{address.GetProperty("local").GetString()}/{address.GetProperty("prefixlen").GetInt32()}"),
    ];
}
