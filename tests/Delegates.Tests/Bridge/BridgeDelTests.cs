using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Bridge;

public sealed class BridgeDelTests : IDisposable
{
    private const string L2 = """{"cniVersion":"1.0.0","name":"net","type":"bridge","bridge":"br0"}""";
    private const string L3 = """{"cniVersion":"1.0.0","name":"net","type":"bridge","bridge":"br0","isGateway":true,"ipam":{"type":"fake"}}""";

    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    private void Del(string config, TestNode.Pod? pod, string ifName = "eth0", string? containerId = null) => _node.Call(CniVerb.Del, config, pod, ifName, containerId: containerId);

    [Fact]
    public void Bridge_DetachesTheContainer_AndMayBeToldTwice()
    {
        var pod = _node.AddPod();
        string config = TestNode.WithPrevResult(L3, _node.Add(L3, pod));
        Del(config, pod);
        Assert.False(pod.HasLink());
        Assert.Equal(["br0"], _node.HostLinks());
        Del(config, pod);
        Assert.Equal(["ADD fake eth0", "DEL fake eth0", "DEL fake eth0"], _node.Ipam.Calls);
    }

    [Fact]
    public void Bridge_Detaches_WithoutPrevResult()
    {
        var pod = _node.AddPod();
        _node.Add(L2, pod);
        Del(L2, pod);
        Assert.False(pod.HasLink());
        Assert.Empty(_node.Ipam.Calls);
    }

    [Fact]
    public void Bridge_ReleasesTheAddress_WhenNothingWasEverAttached()
    {
        Del(L3, _node.AddPod());
        Assert.Equal(["DEL fake eth0"], _node.Ipam.Calls);
        Assert.Empty(_node.HostLinks());
    }

    [Fact]
    public void Bridge_ReleasesTheAddress_WhenTheNamespaceIsGone()
    {
        var pod = _node.AddPod();
        string config = TestNode.WithPrevResult(L3, _node.Add(L3, pod));
        pod.Vanish();
        Del(config, pod);
        Assert.Equal("DEL fake eth0", _node.Ipam.Calls[^1]);
    }

    [Fact]
    public void Bridge_ReleasesTheAddress_WhenThePathIsAnOrdinaryFile()
    {
        var pod = _node.AddPod();
        string config = TestNode.WithPrevResult(L3, _node.Add(L3, pod));
        pod.Vanish();
        File.WriteAllText(pod.Path, "");
        Del(config, pod);
        Assert.Equal("DEL fake eth0", _node.Ipam.Calls[^1]);
    }

    [Fact]
    public void Bridge_ReleasesTheAddress_WhenNoNamespaceIsNamed()
    {
        Del(L3, null, containerId: "c9");
        Assert.Equal(["DEL fake eth0"], _node.Ipam.Calls);
    }

    [Fact]
    public void Bridge_DeletesThePair_WhenOnlyThePathOfTheNamespaceIsGone()
    {
        var pod = _node.AddPod();
        string config = TestNode.WithPrevResult(L3, _node.Add(L3, pod));
        using var alive = NetworkNamespace.Open(pod.Path);
        pod.Vanish();
        Assert.Equal(2, _node.HostLinks().Count);
        Del(config, pod);
        Assert.Equal(["br0"], _node.HostLinks());
    }

    [Fact]
    public void Bridge_LeavesAForeignInterface_WhenItHasTheNameOfTheHostsEnd()
    {
        var pod = _node.AddPod();
        var result = _node.Add(L3, pod);
        string config = TestNode.WithPrevResult(L3, result);
        string name = result.Interfaces[1].Name;
        Del(config, pod);
        pod.Vanish();
        _node.OnHost("ip", $"link add {name} type veth peer name other");
        Del(config, pod);
        Assert.Contains(name, _node.HostLinks());
    }

    [Fact]
    public void Bridge_ReleasesTheAddress_WhenTheLinkGroupWasDeletedBefore()
    {
        var pod = _node.AddPod();
        string config = TestNode.WithPrevResult(L3, _node.Call(CniVerb.Add, L3, pod, linkGroup: 99)!);
        using (var socket = NetworkNamespace.Open(pod.Path).OpenSocket())
            Assert.True(socket.LinkDeleteGroup(99));
        Del(config, pod);
        Assert.Equal("DEL fake eth0", _node.Ipam.Calls[^1]);
    }

    [Fact]
    public void Bridge_Detaches_WhenTheBridgeIsGone()
    {
        var pod = _node.AddPod();
        string config = TestNode.WithPrevResult(L3, _node.Add(L3, pod));
        _node.OnHost("ip", "link del br0");
        Del(config, pod);
        Assert.False(pod.HasLink());
        Assert.Empty(_node.HostLinks());
    }

    [Theory]
    [InlineData("\"mtu\":5")]
    [InlineData("\"vlan\":-7")]
    [InlineData("\"hairpinMode\":true,\"promiscMode\":true")]
    [InlineData("\"runtimeConfig\":{\"mac\":\"nonsense\"}")]
    public void Bridge_Detaches_WhenTheConfigurationWasEditedIntoNonsense(string keys)
    {
        var pod = _node.AddPod();
        _node.Add(L3, pod);
        Del(L3.TrimEnd('}') + "}," + keys + "}", pod);
        Assert.False(pod.HasLink());
        Assert.Equal("DEL fake eth0", _node.Ipam.Calls[^1]);
    }

    [Fact]
    public void Bridge_ReleasesTheAddress_AndReports_WhenAnotherStepFails()
    {
        var pod = _node.AddPod();
        _node.Add(L3, pod);
        var error = Assert.Throws<CniException>(() => Del(BridgeAddTests.Set(L3, "macspoofchk", "\"yes\""), pod));
        Assert.Contains("macspoofchk", error.Message);
        Assert.False(pod.HasLink());
        Assert.Equal("DEL fake eth0", _node.Ipam.Calls[^1]);
    }

    [Fact]
    public void Bridge_DeletesTheLink_AndReports_WhenIpamFails()
    {
        var pod = _node.AddPod();
        _node.Add(L3, pod);
        _node.Ipam.Failure = verb => verb == CniVerb.Del ? new CniException(CniErrorCode.IOFailure, "disk full") : null;
        var error = Assert.Throws<CniException>(() => Del(L3, pod));
        Assert.Equal("disk full", error.Message);
        Assert.Equal(CniErrorCode.IOFailure, error.Code);
        Assert.False(pod.HasLink());
        _node.Ipam.Failure = _ => null;
        Del(L3, pod);
    }

    [Fact]
    public void Bridge_DetachesOneOfTwo()
    {
        var pod = _node.AddPod();
        _node.Add(L2, pod, "net1");
        _node.Add(L2, pod, "net2");
        Del(L2, pod, "net1");
        Assert.False(pod.HasLink("net1"));
        Assert.True(pod.HasLink("net2"));
    }

    [Theory]
    [InlineData("iptables", true)]
    [InlineData("iptables", false)]
    [InlineData("nftables", true)]
    [InlineData("nftables", false)]
    public void Bridge_KeepsTheMasqueradingOfTheOtherInterface_InTheSameNetwork(string backend, bool withPrevResult)
    {
        string config = L3.TrimEnd('}') + "},\"ipMasq\":true,\"ipMasqBackend\":\"" + backend + "\"}";
        var pod = _node.AddPod();
        var first = _node.Add(config, pod, "net1");
        _node.Ipam.Result = """{"ips":[{"address":"10.1.2.6/24"}]}""";
        _node.Add(config, pod, "net2");
        Del(withPrevResult ? TestNode.WithPrevResult(config, first) : config, pod, "net1");
        string rules = _node.OnHost("nft", "list ruleset");
        Assert.DoesNotContain("10.1.2.5", rules);
        Assert.Contains("10.1.2.6", rules);
        Del(config, pod, "net2");
        Assert.DoesNotContain("10.1.2.6", _node.OnHost("nft", "list ruleset"));
    }
}
