using MultiNet.Cni;
using MultiNet.Delegates.Tests.SingleInterface;

namespace MultiNet.Delegates.Tests.Macvlan;

[Trait("Kernel", "vm")]
public sealed class MacvlanTests : IDisposable
{
    private readonly UplinkNode _up = new();
    private readonly TestNode.Pod _pod;

    public MacvlanTests() => _pod = _up.Node.AddPod();

    public void Dispose() => _up.Dispose();

    private string Mode => _pod.Link().GetProperty("linkinfo").GetProperty("info_data").GetProperty("mode").GetString()!;

    private string HostMac => TestNode.Ip(_up.Node.HostPath, "link show dev up0")[0].GetProperty("address").GetString()!;

    [Fact]
    public void Macvlan_HasEveryMode_AndCheckFindsAnother()
    {
        foreach (var (mode, text, other) in (ReadOnlySpan<(string, string, string)>)[("", "bridge", "private"), ("bridge", "bridge", "vepa"), ("private", "private", "bridge"), ("vepa", "vepa", "bridge")])
        {
            string config = UplinkNode.Config("macvlan", $"\"mode\":\"{mode}\"");
            string attached = TestNode.WithPrevResult(config, _up.Node.Add(config, _pod));
            Assert.Equal(text, Mode);
            _up.Node.Call(CniVerb.Check, attached, _pod);
            _pod.Exec("ip", $"link set eth0 type macvlan mode {other}");
            Assert.Equal($"Container macvlan mode {other} does not match expected value: {text}", _up.Refused(CniVerb.Check, attached, _pod).Message);
            _up.Node.Call(CniVerb.Del, attached, _pod);
        }
    }

    [Fact]
    public void Macvlan_TakesTheMasterOver_InPassthruMode()
    {
        string before = HostMac;
        string config = UplinkNode.Config("macvlan", "\"mode\":\"passthru\"");
        var result = _up.Node.Add(config, _pod);
        Assert.Equal(("passthru", before), (Mode, result.Interfaces[0].Mac));
        _up.Node.Call(CniVerb.Check, TestNode.WithPrevResult(config, result), _pod);

        // There is one place only.
        var second = _up.Node.AddPod();
        Assert.StartsWith("failed to create macvlan: ", _up.Refused(CniVerb.Add, config, second).Message);
        Assert.False(second.HasLink());
        Assert.True(_pod.HasLink());
        _up.Node.Call(CniVerb.Del, config, _pod);

        // An address that is asked for, the reference does not set.
        string addressed = UplinkNode.With("mac", "\"0a:58:0a:01:02:03\"", config);
        result = _up.Node.Add(addressed, _pod);
        Assert.Equal(("0a:58:0a:01:02:03", "0a:58:0a:01:02:03"), (result.Interfaces[0].Mac, _pod.Link().GetProperty("address").GetString()));
        _up.Node.Call(CniVerb.Check, TestNode.WithPrevResult(addressed, result), _pod);
        _up.Node.Call(CniVerb.Del, addressed, _pod);
        Assert.Equal(before, HostMac);
    }

    [Fact]
    public void Macvlan_HasTheAddressThatItIsTold()
    {
        const string key = "\"mac\":\"0a:58:0a:01:02:03\"";
        foreach (var (keys, args, mac) in (ReadOnlySpan<(string, string, string)>)[
            (key, "", "0a:58:0a:01:02:03"),
            (key, "IgnoreUnknown=1;MAC=0a:58:0a:01:02:04", "0a:58:0a:01:02:04"),
            (key + ",\"runtimeConfig\":{\"mac\":\"0A:58:0A:01:02:05\"}", "MAC=0a:58:0a:01:02:04", "0a:58:0a:01:02:05")])
        {
            string config = UplinkNode.Config("macvlan", keys);
            Assert.Equal(mac, _up.Node.Add(config, _pod, args: args).Interfaces[0].Mac);
            Assert.Equal(mac, _pod.Link().GetProperty("address").GetString());
            _up.Node.Call(CniVerb.Del, config, _pod);
        }
    }

    [Fact]
    public void Macvlan_AnnouncesItself_WithoutIpam_Too()
    {
        string config = UplinkNode.Config("macvlan", "\"bcqueuelen\":2000", ipam: false);
        var result = _up.Node.Add(config, _pod);
        Assert.Empty(result.IPs);
        Assert.Equal("1", _pod.Sysctl("net/ipv4/conf/eth0/arp_notify"));
        Assert.Equal(2000, _pod.Link().GetProperty("linkinfo").GetProperty("info_data").GetProperty("bcqueuelen").GetInt32());
        Assert.Contains("UP", _pod.Link().GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()));
        string attached = TestNode.WithPrevResult(config, result);
        _up.Node.Call(CniVerb.Check, attached, _pod);
        _pod.Exec("ip", "link set eth0 type macvlan bcqueuelen 3000");
        Assert.Equal("Interface eth0 bcqueuelen 2000 doesn't match container bcqueuelen: 3000", _up.Refused(CniVerb.Check, attached, _pod).Message);
        _up.Node.Call(CniVerb.Status, config);
        _up.Node.Call(CniVerb.Del, config, _pod);
        Assert.False(_pod.HasLink());
        Assert.Empty(_up.Node.Ipam.Calls);
    }

    [Theory]
    [InlineData(1501)]
    [InlineData(-1)]
    public void Macvlan_HasNoLargerMtuThanItsMaster(int mtu)
    {
        string config = UplinkNode.Config("macvlan", $"\"mtu\":{mtu}");
        string message = $"invalid MTU {mtu}, must be [0, master MTU(1500)]";
        var error = _up.Refused(CniVerb.Add, config, _pod);
        Assert.Equal((message, CniErrorCode.InvalidNetworkConfig), (error.Message, error.Code));
        error = _up.Refused(CniVerb.Status, config);
        Assert.Equal((message, CniErrorCode.PluginNotAvailable), (error.Message, error.Code));
        Assert.False(_pod.HasLink());
    }

    [Fact]
    public void Macvlan_StandsOnAMacvlan_AndOnAVlan()
    {
        _up.Node.OnHost("ip", "link add link up0 mv0 type macvlan mode bridge");
        _up.Node.OnHost("ip", "link add link up0 name up0.7 type vlan id 7");
        foreach (string master in (string[])["mv0", "up0.7"])
        {
            string config = UplinkNode.With("master", $"\"{master}\"", UplinkNode.Config("macvlan"));
            string attached = TestNode.WithPrevResult(config, _up.Node.Add(config, _pod));
            _up.Node.Call(CniVerb.Check, attached, _pod);
            _up.Node.Call(CniVerb.Del, attached, _pod);
        }
    }

    [Fact]
    public void Macvlan_PassesTraffic_BetweenPodsAndToTheNetworkOutside()
    {
        var second = _up.Node.AddPod();
        _up.Lan.Exec("ip", "addr add 10.1.2.1/24 dev lan0");
        _up.Lan.Exec("ip", "addr add fd00:1::1/64 dev lan0 nodad");
        string config = UplinkNode.Config("macvlan");
        _up.Node.Add(config, _pod);
        _up.Assign(6);
        _up.Node.Add(config, second);
        Assert.True(_pod.CanPing("10.1.2.6"));
        Assert.True(_pod.CanPing("fd00:1::6"));
        Assert.True(_pod.CanPing("10.1.2.1"));
        Assert.True(second.CanPing("fd00:1::1"));
    }
}
