using MultiNet.Cni;
using MultiNet.Delegates.Tests.Bridge;
using MultiNet.Delegates.Tests.SingleInterface;

namespace MultiNet.Delegates.Tests.Ipvlan;

[Trait("Kernel", "vm")]
public sealed class IpvlanTests : IDisposable
{
    private readonly UplinkNode _up = new();
    private readonly TestNode.Pod _pod;

    public IpvlanTests() => _pod = _up.Node.AddPod();

    public void Dispose() => _up.Dispose();

    private string Data => _pod.Link().GetProperty("linkinfo").GetProperty("info_data").GetRawText();

    [Fact]
    public void Ipvlan_HasEveryModeAndFlag_AndCheckFindsAnother()
    {
        foreach (var (keys, mode, flag, command, message) in (ReadOnlySpan<(string, string, string, string, string)>)[
            ("\"mode\":\"\"", "l2", "bridge", "mode l3", "Container IPVlan mode l3 does not match expected value: l2"),
            ("\"mode\":\"l3\",\"flag\":\"private\"", "l3", "private", "mode l3 bridge", "Container IPVlan flag bridge does not match expected value: private"),
            ("\"mode\":\"l3s\",\"flag\":\"vepa\"", "l3s", "vepa", "mode l3s private", "Container IPVlan flag private does not match expected value: vepa"),
            ("\"mode\":\"l2\",\"flag\":\"bridge\"", "l2", "bridge", "mode l2 private", "Container IPVlan flag private does not match expected value: bridge")])
        {
            string config = UplinkNode.Config("ipvlan", keys);
            var result = _up.Node.Add(config, _pod);
            Assert.Contains($"\"{mode}\"", Data);
            Assert.Contains(flag, Data);
            Assert.Equal(TestNode.Ip(_up.Node.HostPath, "link show dev up0")[0].GetProperty("address").GetString(), result.Interfaces[0].Mac);
            string attached = TestNode.WithPrevResult(config, result);
            _up.Node.Call(CniVerb.Check, attached, _pod);
            _pod.Exec("ip", $"link set eth0 type ipvlan {command}");
            Assert.Equal(message, _up.Refused(CniVerb.Check, attached, _pod).Message);
            _up.Node.Call(CniVerb.Del, attached, _pod);
        }
    }

    [Fact]
    public void Ipvlan_StandsOnThePreviousInterface_WithItsAddresses_WhenChained()
    {
        const string previous = """{"cniVersion":"1.1.0","interfaces":[{"name":"up0"}],"ips":[{"address":"10.7.0.5/24","gateway":"10.7.0.1"}],"routes":[{"dst":"10.8.0.0/16"}],"dns":{"domain":"before"}}""";
        string config = $$"""{"cniVersion":"1.1.0","name":"net","type":"ipvlan","prevResult":{{previous}}}""";
        var result = _up.Node.Add(config, _pod);
        Assert.Equal("eth0", Assert.Single(result.Interfaces).Name);
        Assert.Equal(0, Assert.Single(result.IPs).Interface);
        Assert.Equal("before", result.Dns.Domain);
        Assert.Equal(["10.7.0.5/24"], BridgeAddTests.Addresses(_pod.Path, "eth0", "inet"));
        Assert.Contains("10.8.0.0/16 via 10.7.0.1", _pod.Exec("ip", "route show dev eth0"));
        string attached = TestNode.WithPrevResult("""{"cniVersion":"1.1.0","name":"net","type":"ipvlan"}""", result);
        _up.Node.Call(CniVerb.Check, attached, _pod);
        _up.Node.Call(CniVerb.Del, attached, _pod);
        Assert.False(_pod.HasLink());
        Assert.Empty(_up.Node.Ipam.Calls);

        // With an IPAM plugin of its own, the addresses are from there.
        result = _up.Node.Add(UplinkNode.With("ipam", "{\"type\":\"fake\"}", config), _pod);
        Assert.Equal(["10.1.2.5/24"], BridgeAddTests.Addresses(_pod.Path, "eth0", "inet"));
        Assert.Equal("of.ipam", result.Dns.Domain);
    }

    [Theory]
    [InlineData("l2")]
    [InlineData("l3")]
    [InlineData("l3s")]
    public void Ipvlan_PassesTraffic_BetweenPods(string mode)
    {
        var second = _up.Node.AddPod();
        string config = UplinkNode.Config("ipvlan", $"\"mode\":\"{mode}\"");
        _up.Node.Add(config, _pod);
        _up.Assign(6);
        _up.Node.Add(config, second);
        Assert.True(_pod.CanPing("10.1.2.6"));
        Assert.True(second.CanPing("fd00:1::5"));
        if (mode != "l2")
            return;
        _up.Lan.Exec("ip", "addr add 10.1.2.1/24 dev lan0");
        Assert.True(_pod.CanPing("10.1.2.1"));
    }

    [Fact]
    public void Ipvlan_SeparatesPods_WhenPrivate()
    {
        var second = _up.Node.AddPod();
        _up.Lan.Exec("ip", "addr add 10.1.2.1/24 dev lan0");
        string config = UplinkNode.Config("ipvlan", "\"flag\":\"private\"");
        _up.Node.Add(config, _pod);
        _up.Assign(6);
        _up.Node.Add(config, second);
        Assert.True(_pod.CanPing("10.1.2.1"));
        Assert.True(second.CanPing("10.1.2.1"));
        Assert.NotEqual(0, TestNode.TryExec(_pod.Path, "ping", "-n -c 1 -W 1 10.1.2.6").Code);
    }
}
