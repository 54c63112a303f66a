using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Bridge;

public sealed class BridgeMaintenanceTests : IDisposable
{
    private const string Config = """{"cniVersion":"1.1.0","name":"net","type":"bridge","bridge":"br0","ipMasq":true,"isGateway":true,"ipam":{"type":"fake"}}""";

    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    private static string WithValid(string config, params string[] containers) =>
        BridgeAddTests.Set(config, "cni.dev/valid-attachments", $"[{string.Join(",", containers.Select(id => $"{{\"containerID\":\"{id}\",\"ifname\":\"eth0\"}}"))}]");

    [Fact]
    public void Bridge_IsReady_BeforeTheBridgeExists_AndAfter()
    {
        _node.Call(CniVerb.Status, Config);
        _node.Add(Config, _node.AddPod());
        _node.Call(CniVerb.Status, Config);
        Assert.Equal(["STATUS fake ", "ADD fake eth0", "STATUS fake "], _node.Ipam.Calls);
    }

    [Fact]
    public void Bridge_IsNotReady_WhenTheNameIsTaken()
    {
        _node.OnHost("ip", "link add br0 type veth peer name x");
        var error = Assert.Throws<CniException>(() => _node.Call(CniVerb.Status, Config));
        Assert.Equal(CniErrorCode.PluginNotAvailable, error.Code);
        Assert.Equal("\"br0\" already exists but is not a bridge", error.Message);
    }

    [Fact]
    public void Bridge_IsNotReady_WhenIpamIsNot()
    {
        _node.Ipam.Failure = _ => new CniException(CniErrorCode.PluginNotAvailable, "exhausted");
        Assert.Equal("exhausted", Assert.Throws<CniException>(() => _node.Call(CniVerb.Status, Config)).Message);
    }

    [Theory]
    [InlineData("iptables")]
    [InlineData("nftables")]
    public void Bridge_CollectsMasquerading_ThatNoValidAttachmentHas(string backend)
    {
        string config = BridgeAddTests.Set(Config, "ipMasqBackend", $"\"{backend}\"");
        var (stale, valid) = (_node.AddPod(), _node.AddPod());
        _node.Add(config, stale);
        _node.Ipam.Result = """{"ips":[{"address":"10.1.2.6/24"}]}""";
        _node.Add(config, valid);
        _node.Call(CniVerb.Gc, WithValid(config, "pod2"));
        string rules = _node.OnHost("nft", "list ruleset") + _node.OnHost("iptables-save", "-t nat");
        Assert.DoesNotContain("10.1.2.5", rules);
        Assert.Contains("10.1.2.6", rules);
        Assert.Equal("GC fake ", _node.Ipam.Calls[^1]);
    }

    [Fact]
    public void Bridge_StillAsksIpam_AndReports_WhenTheListOfAttachmentsIsBroken()
    {
        var pod = _node.AddPod();
        _node.Add(Config, pod);
        Assert.Throws<CniException>(() => _node.Call(CniVerb.Gc, BridgeAddTests.Set(Config, "cni.dev/valid-attachments", "[5]")));
        Assert.Equal("GC fake ", _node.Ipam.Calls[^1]);
        Assert.Contains("10.1.2.5", _node.OnHost("iptables-save", "-t nat"));
    }

    [Theory]
    [InlineData("\"vlan\":7,\"cni.dev/valid-attachments\":[]", true)]
    [InlineData("\"vlan\":8,\"cni.dev/valid-attachments\":[]", false)]
    [InlineData("\"vlan\":7", false)]
    public void Bridge_CollectsTheGatewayOfAVlanThatNobodyIsIn(string keys, bool collected)
    {
        _node.OnHost("ip", "link add br0 type bridge");
        _node.OnHost("ip", "link add br0.7 type veth peer name far");
        _node.OnHost("ip", "link set far master br0");
        _node.Call(CniVerb.Gc, Config.TrimEnd('}') + "}," + keys + "}");
        Assert.Equal(collected ? ["br0"] : ["br0", "br0.7", "far"], _node.HostLinks().Order());
    }

    [Fact]
    public void Bridge_KeepsAllRules_WhenNoListOfAttachmentsIsGiven()
    {
        _node.Add(Config, _node.AddPod());
        _node.Call(CniVerb.Gc, Config);
        Assert.Contains("10.1.2.5", _node.OnHost("iptables-save", "-t nat"));
        Assert.Equal("GC fake ", _node.Ipam.Calls[^1]);
    }

    [Fact]
    public void Bridge_Masquerades_WhatLeavesTheSubnet()
    {
        var (pod, outside) = (_node.AddPod(), _node.AddPod());
        _node.OnHost("ip", $"link add up0 type veth peer name eth0 netns {outside.Path}");
        _node.OnHost("ip", "addr add 192.0.2.1/24 dev up0");
        _node.OnHost("ip", "link set up0 up");
        outside.Exec("ip", "addr add 192.0.2.9/24 dev eth0");
        outside.Exec("ip", "link set eth0 up");
        _node.Add(BridgeAddTests.Set(Config, "isDefaultGateway", "true"), pod);
        // The outside has no route back to the pod: only masquerading makes an answer possible.
        Assert.True(pod.CanPing("192.0.2.9"));
    }
}
