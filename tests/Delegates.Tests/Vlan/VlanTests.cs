using MultiNet.Cni;
using MultiNet.Delegates.Tests.SingleInterface;

namespace MultiNet.Delegates.Tests.Vlan;

[Trait("Kernel", "vm")]
public sealed class VlanTests : IDisposable
{
    private readonly UplinkNode _up = new();
    private readonly TestNode.Pod _pod;

    public VlanTests() => _pod = _up.Node.AddPod();

    public void Dispose() => _up.Dispose();

    [Theory]
    [InlineData("802.1q", "802.1Q", "8100")]
    [InlineData("802.1ad", "802.1ad", "88a8")]
    public void Vlan_TagsWhatItSends(string protocol, string shown, string etherType)
    {
        string config = UplinkNode.Config("vlan", $$"""
            "vlanProto":"{{protocol}}","egressPriorities":[{"from":0,"to":3},{"from":6,"to":5}],"ingressPriorities":[{"from":3,"to":6}]
            """);
        string attached = TestNode.WithPrevResult(config, _up.Node.Add(config, _pod));
        var data = _pod.Link().GetProperty("linkinfo").GetProperty("info_data");
        Assert.Equal((shown, 5), (data.GetProperty("protocol").GetString(), data.GetProperty("id").GetInt32()));
        _up.Node.Call(CniVerb.Check, attached, _pod);

        _up.Lan.Exec("ip", $"link add link lan0 name lan0.5 type vlan proto {protocol} id 5");
        _up.Lan.Exec("ip", "link set lan0.5 up");
        _up.Lan.Exec("ip", "addr add 10.1.2.1/24 dev lan0.5");
        _up.Lan.Exec("ip", "addr add fd00:1::1/64 dev lan0.5 nodad");
        string seen = "";
        using (var capture = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("nsenter", $"--net={_up.Node.HostPath} tcpdump -i up0 -Q out -c 1 -e -xx -U -n icmp or (vlan and icmp) or ether proto 0x{etherType}")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!)
        {
            // It says so when it listens.
            while (capture.StandardError.ReadLine() is { } line && !line.Contains("listening", StringComparison.Ordinal))
            {
            }
            Assert.True(_pod.CanPing("10.1.2.1"));
            seen = capture.StandardOutput.ReadToEnd();
            capture.WaitForExit();
        }
        // The tag: its EtherType, priority 3, VLAN 5.
        Assert.Contains($"{etherType} 6005", seen);
        Assert.True(_pod.CanPing("fd00:1::1"));

        _pod.Exec("ip", "link set eth0 type vlan egress 0:1");
        Assert.Equal("Interface eth0 egress priority of 0 is 1, not 3", _up.Refused(CniVerb.Check, attached, _pod).Message);
        _up.Node.Call(CniVerb.Del, attached, _pod);
        Assert.False(_pod.HasLink());
    }

    [Fact]
    public void Vlan_IsTakenOnce_AndFreeAgainAfterDel()
    {
        var second = _up.Node.AddPod();
        string config = UplinkNode.Config("vlan");
        _up.Node.Add(config, _pod);
        var error = _up.Refused(CniVerb.Add, config, second);
        Assert.Equal("failed to create vlan: file exists: VLAN 5 of the master is taken", error.Message);
        Assert.False(second.HasLink());
        Assert.Equal(["ADD fake eth0"], _up.Node.Ipam.Calls);
        _up.Node.Add(config.Replace("\"vlanId\":5", "\"vlanId\":6"), second);
        _up.Node.Call(CniVerb.Del, config, pod: null, containerId: _pod.Id);
        _up.Node.Add(config, _pod);
    }

    [Fact]
    public void Vlan_IsCheckedForIdAndProtocol()
    {
        string config = UplinkNode.Config("vlan");
        var result = _up.Node.Add(config, _pod);
        _up.Node.Call(CniVerb.Check, TestNode.WithPrevResult(config, result), _pod);
        Assert.Equal(
            "Interface eth0 VLAN ID 6 doesn't match container VLAN ID: 5",
            _up.Refused(CniVerb.Check, TestNode.WithPrevResult(config.Replace("\"vlanId\":5", "\"vlanId\":6"), result), _pod).Message);
        Assert.Equal(
            "Interface eth0 VLAN protocol 802.1ad doesn't match container VLAN protocol: 802.1q",
            _up.Refused(CniVerb.Check, TestNode.WithPrevResult(UplinkNode.With("vlanProto", "\"802.1ad\"", config), result), _pod).Message);
    }

    [Fact]
    public void Vlan_HasNoLargerMtuThanItsMaster() =>
        Assert.Equal("invalid MTU 1501, must be [0, master MTU(1500)]", _up.Refused(CniVerb.Add, UplinkNode.Config("vlan", "\"mtu\":1501"), _pod).Message);
}
