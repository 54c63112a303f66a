using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Bridge;

public sealed class MacSpoofCheckTests : IDisposable
{
    private const string Config = """{"cniVersion":"1.1.0","name":"net","type":"bridge","bridge":"br0","macspoofchk":true,"isGateway":true,"ipam":{"type":"fake"}}""";

    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    private string Rules() => _node.OnHost("nft", "list ruleset");

    [Fact]
    public void Bridge_GetsTheReferencesRules_WhenMacSpoofCheck()
    {
        var pod = _node.AddPod();
        var result = _node.Add(Config, pod);
        Assert.Equal(
            $$"""
            table bridge nat {
            	chain PREROUTING {
            		type filter hook prerouting priority dstnat; policy accept;
            		iifname "{{result.Interfaces[1].Name}}" jump cni-br-iface-pod1-eth0 comment "macspoofchk-pod1-eth0"
            	}

            	chain cni-br-iface-pod1-eth0 {
            		jump cni-br-iface-pod1-eth0-mac comment "macspoofchk-pod1-eth0"
            	}

            	chain cni-br-iface-pod1-eth0-mac {
            		ether saddr {{result.Interfaces[2].Mac}} return comment "macspoofchk-pod1-eth0"
            		drop comment "macspoofchk-pod1-eth0"
            	}
            }

            """, Rules());
    }

    [Fact]
    public void Bridge_DropsFrames_WithAnotherSourceAddress()
    {
        var pod = _node.AddPod();
        _node.Add(Config, pod);
        Assert.True(pod.CanPing("10.1.2.1"));
        pod.Exec("ip", "link set eth0 address 0a:00:00:00:00:77");
        Assert.NotEqual(0, TestNode.TryExec(pod.Path, "ping", "-n -c 1 -W 1 10.1.2.1").Code);
    }

    [Fact]
    public void Bridge_TakesTheCheckDown_AndMayBeToldTwice()
    {
        var (one, two) = (_node.AddPod(), _node.AddPod());
        _node.Add(Config, one);
        _node.Ipam.Result = """{"ips":[{"address":"10.1.2.6/24"}]}""";
        _node.Add(Config, two);
        _node.Call(CniVerb.Del, Config, one);
        _node.Call(CniVerb.Del, Config, one);
        Assert.DoesNotContain("pod1", Rules());
        Assert.Contains("pod2", Rules());
    }

    [Fact]
    public void Bridge_TakesTheCheckDown_WhenTheNamespaceIsGone()
    {
        var pod = _node.AddPod();
        _node.Add(Config, pod);
        pod.Vanish();
        _node.Call(CniVerb.Del, Config, pod);
        Assert.DoesNotContain("pod1", Rules());
    }

    [Theory]
    [InlineData("flush chain bridge nat PREROUTING")]
    [InlineData("flush chain bridge nat cni-br-iface-pod1-eth0")]
    [InlineData("flush ruleset")]
    public void Bridge_FailsCheck_AndStillDetaches_WhenTheRulesWereManipulated(string command)
    {
        var pod = _node.AddPod();
        string config = TestNode.WithPrevResult(Config, _node.Add(Config, pod));
        _node.Call(CniVerb.Check, config, pod);
        _node.OnHost("nft", command);
        Assert.StartsWith("macspoofchk: the rules for veth", Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, config, pod)).Message);
        _node.Call(CniVerb.Del, config, pod);
        Assert.DoesNotContain("pod1", Rules());
    }

    [Fact]
    public void Bridge_TakesTheCheckDown_WhenIpamFails()
    {
        var pod = _node.AddPod();
        _node.Ipam.Failure = _ => new CniException(CniErrorCode.Internal, "no");
        Assert.Throws<CniException>(() => _node.Add(Config, pod));
        Assert.DoesNotContain("pod1", Rules());
    }

    [Fact]
    public void Bridge_CollectsOnlyChecksOfInterfacesThatAreGone()
    {
        var (stale, live) = (_node.AddPod(), _node.AddPod());
        string veth = _node.Add(Config, stale).Interfaces[1].Name;
        _node.Ipam.Result = """{"ips":[{"address":"10.1.2.6/24"}]}""";
        _node.Add(Config.Replace("\"name\":\"net\"", "\"name\":\"other\""), live);
        _node.OnHost("ip", $"link del {veth}");
        // Valid attachments of this network only: the live one belongs to another.
        _node.Call(CniVerb.Gc, Config.TrimEnd('}') + "},\"cni.dev/valid-attachments\":[]}");
        Assert.DoesNotContain("pod1", Rules());
        Assert.Contains("pod2", Rules());
    }

    [Fact]
    public void Bridge_TakesDownWhatTheReferenceLeftOfAnInterruptedDel()
    {
        var pod = _node.AddPod();
        _node.OnHost("nft", "add table bridge nat");
        _node.OnHost("nft", "add chain bridge nat cni-br-iface-pod1-eth0");
        _node.OnHost("nft", "add chain bridge nat cni-br-iface-pod1-eth0-mac");
        _node.OnHost("nft", "add rule bridge nat cni-br-iface-pod1-eth0 jump cni-br-iface-pod1-eth0-mac");
        _node.Call(CniVerb.Del, Config, pod);
        Assert.DoesNotContain("pod1", Rules());
    }
}
