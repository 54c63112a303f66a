using MultiNet.Cni;
using MultiNet.Delegates.Bridge;
using MultiNet.Delegates.Ptp;
using MultiNet.Delegates.Tests.Portmap;

namespace MultiNet.Delegates.Tests.Bridge;

public sealed class BridgeRollbackTests : IDisposable
{
    private const string L3 = """{"cniVersion":"1.0.0","name":"net","type":"bridge","bridge":"br0","isGateway":true,"ipMasq":true,"ipam":{"type":"fake"}}""";

    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    private CniException AddFails(TestNode.Pod pod, string config = L3) => Assert.Throws<CniException>(() => _node.Add(config, pod));

    private void NothingIsLeft(TestNode.Pod pod)
    {
        Assert.False(pod.HasLink());
        Assert.DoesNotContain(_node.HostLinks(), name => name.StartsWith("veth", StringComparison.Ordinal));
        Assert.DoesNotContain("CNI-", _node.OnHost("iptables-save", "-t nat"));
    }

    [Fact]
    public void Bridge_UndoesTheLink_WhenIpamFails()
    {
        var pod = _node.AddPod();
        _node.Ipam.Failure = _ => new CniException(CniErrorCode.TryAgainLater, "no addresses");
        var error = AddFails(pod);
        Assert.Equal("no addresses", error.Message);
        Assert.Equal(CniErrorCode.TryAgainLater, error.Code);
        Assert.Equal(["ADD fake eth0", "DEL fake eth0"], _node.Ipam.Calls);
        NothingIsLeft(pod);
    }

    [Theory]
    [InlineData("""{}""", "IPAM plugin returned missing IP config")]
    [InlineData("""{"ips":[]}""", "IPAM plugin returned missing IP config")]
    [InlineData("""{"ips":[{"address":"10.1.2.5/24","gateway":"fd00::1"}]}""", "IPAM plugin returned the gateway fd00::1 for the address 10.1.2.5/24")]
    [InlineData("""{"ips":[{"address":"10.1.2.5/24"}],"routes":[{"dst":"10.9.0.0/16","priority":-1}]}""", "the IPAM plugin returned the route 10.9.0.0/16 with priority -1")]
    [InlineData("""{"ips":[{"address":"10.1.2.5/24"}],"routes":[{"dst":"10.9.0.0/16","scope":256}]}""", "the IPAM plugin returned the route 10.9.0.0/16 with scope 256")]
    public void Bridge_UndoesEverything_WhenIpamReturnsNonsense(string result, string message)
    {
        var pod = _node.AddPod();
        _node.Ipam.Result = result;
        Assert.Equal(message, AddFails(pod).Message);
        Assert.Equal(["ADD fake eth0", "DEL fake eth0"], _node.Ipam.Calls);
        NothingIsLeft(pod);
    }

    [Theory]
    [InlineData("""{"ips":[{"address":"10.1.2.5/24"}],"routes":[{"dst":"10.9.0.0/16","gw":"192.0.2.77"}]}""")]
    [InlineData("""{"ips":[{"address":"127.0.0.1/8"},{"address":"10.1.2.5/24"},{"address":"10.1.2.5/24"}]}""")]
    [InlineData("""{"ips":[{"address":"ff02::1/64"}]}""")]
    public void Bridge_UndoesEverything_WhenTheKernelRefuses(string result)
    {
        var pod = _node.AddPod();
        _node.Ipam.Result = result;
        Assert.Equal(CniErrorCode.Internal, AddFails(pod).Code);
        Assert.Equal("DEL fake eth0", _node.Ipam.Calls[^1]);
        NothingIsLeft(pod);
    }

    [Fact]
    public void Bridge_UndoesEverything_WhenTheBridgeHasAnotherAddress()
    {
        var (one, two) = (_node.AddPod(), _node.AddPod());
        _node.Add(L3.Replace("\"ipMasq\":true,", ""), one);
        _node.Ipam.Result = """{"ips":[{"address":"10.7.7.5/24"}]}""";
        var error = AddFails(two);
        Assert.Equal("failed to set bridge addr: \"br0\" already has an IP address different from 10.7.7.1/24", error.Message);
        Assert.False(two.HasLink());
        Assert.True(one.HasLink());
        Assert.Equal("DEL fake eth0", _node.Ipam.Calls[^1]);
    }

    [Fact]
    public void Bridge_ReplacesTheAddress_WhenForced()
    {
        var (one, two) = (_node.AddPod(), _node.AddPod());
        _node.Add(L3, one);
        _node.Ipam.Result = """{"ips":[{"address":"10.7.7.5/24"}]}""";
        _node.Add(BridgeAddTests.Set(L3, "forceAddress", "true"), two);
        Assert.Equal(["10.7.7.1/24"], BridgeAddTests.Addresses(_node.HostPath, "br0", "inet"));
    }

    [Fact]
    public void Bridge_KeepsSeveralIPv6Subnets()
    {
        _node.Ipam.Result = """{"ips":[{"address":"fd00:1::5/64"}]}""";
        _node.Add(L3, _node.AddPod());
        _node.Ipam.Result = """{"ips":[{"address":"fd00:2::5/64"}]}""";
        _node.Add(L3, _node.AddPod());
        Assert.Equal(["fd00:1::1/64", "fd00:2::1/64"], BridgeAddTests.Addresses(_node.HostPath, "br0", "inet6").Order());
        _node.Ipam.Result = """{"ips":[{"address":"fd00:2::5/48"}]}""";
        Assert.Contains("already has an IP address different from", AddFails(_node.AddPod()).Message);
    }

    [Fact]
    public void Bridge_RefusesASecondAdd_AndLeavesTheFirst()
    {
        var pod = _node.AddPod();
        _node.Add(L3, pod);
        string mac = pod.Link().GetProperty("address").GetString()!;
        var error = AddFails(pod);
        Assert.StartsWith("container veth name (\"eth0\") peer provided (\"veth", error.Message);
        Assert.EndsWith(") already exists", error.Message);
        Assert.Equal(mac, pod.Link().GetProperty("address").GetString());
        Assert.Equal(["ADD fake eth0"], _node.Ipam.Calls);
        Assert.Equal(2, _node.HostLinks().Count);
        Assert.Contains("CNI-", _node.OnHost("iptables-save", "-t nat"));
    }

    [Fact]
    public void Bridge_RefusesAnInterfaceThatIsNoBridge()
    {
        _node.OnHost("ip", "link add br0 type veth peer name x");
        var pod = _node.AddPod();
        var error = AddFails(pod);
        Assert.Equal("failed to create bridge \"br0\": \"br0\" already exists but is not a bridge", error.Message);
        Assert.Contains("veth", error.Details);
    }

    [Fact]
    public void Bridge_MakesNothing_WhenTheNamespaceIsMissing()
    {
        var pod = _node.AddPod();
        pod.Vanish();
        var error = AddFails(pod);
        Assert.StartsWith($"failed to open netns \"{pod.Path}\"", error.Message);
        Assert.Equal(CniErrorCode.InvalidEnvironmentVariables, error.Code);
        Assert.Empty(_node.HostLinks());
        Assert.Empty(_node.Ipam.Calls);
    }

    [Theory]
    [InlineData("bridge")]
    [InlineData("ptp")]
    public void MasqueradingOfAnotherAttachment_Stays_WhenASecondOneToTheNetworkIsUndone(string type)
    {
        string config = $$"""{"cniVersion":"1.0.0","name":"net","type":"{{type}}","ipMasq":true,"ipMasqBackend":"iptables","ipam":{"type":"fake"} }""";
        using var tools = new FailingTools("ip6tables-save", "ip6tables-restore");
        _node.Plugin = kernel => type == "ptp" ? new PtpPlugin(kernel, tools.Path) : new BridgePlugin(kernel, tools.Path);
        var pod = _node.AddPod();
        _node.Ipam.Result = """{"ips":[{"address":"10.1.2.5/24","gateway":"10.1.2.1"}]}""";
        _node.Add(config, pod);
        string[] before = Rules();
        _node.Ipam.Result = """{"ips":[{"address":"10.1.3.6/24","gateway":"10.1.3.1"},{"address":"fd00::6/64","gateway":"fd00::1"}]}""";
        Assert.Contains("no tables today", Assert.Throws<CniException>(() => _node.Add(config, pod, "net1")).Message);
        string[] after = Rules();
        Assert.Equal(3, before.Length);
        Assert.All(before, rule => Assert.Contains(rule, after));
        Assert.DoesNotContain(after, rule => rule.Contains("10.1.3.6", StringComparison.Ordinal));

        string[] Rules() => [.. _node.OnHost("iptables-save", "-t nat").Split('\n').Where(line => line.StartsWith("-A", StringComparison.Ordinal) && line.Contains("CNI-", StringComparison.Ordinal))];
    }

    [Fact]
    public void Bridge_FiltersVlans_OrNamesTheMissingFeatureOfTheKernel()
    {
        bool able = TestNode.TryExec(_node.HostPath, "ip", "link add probe type bridge vlan_filtering 1").Code == 0;
        string config = BridgeAddTests.Set(L3, "vlan", "7");
        if (able)
        {
            _node.Add(config, _node.AddPod());
            Assert.Contains(_node.HostLinks(), name => name == "br0.7");
            return;
        }
        var error = AddFails(_node.AddPod(), config);
        Assert.Contains("CONFIG_BRIDGE_VLAN_FILTERING", error.Details);
        Assert.Empty(_node.Ipam.Calls);
    }
}
