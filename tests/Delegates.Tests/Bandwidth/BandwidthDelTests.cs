using MultiNet.Cni;
using MultiNet.Delegates.Bandwidth;

namespace MultiNet.Delegates.Tests.Bandwidth;

public sealed class BandwidthDelTests : IDisposable
{
    private readonly ShapedNode _shaped = new();

    private string HostPath => _shaped.Node.HostPath;

    public void Dispose() => _shaped.Dispose();

    [Fact]
    public void Bandwidth_TakesAllDown_AndMayBeToldTwice()
    {
        var pod = _shaped.AddVethPod();
        _shaped.Add(pod);
        _shaped.Del(pod);
        ShapedNode.AssertNothing(HostPath, ShapedNode.HostEnd(pod));
        Assert.Equal(0, _shaped.Records());
        Assert.True(pod.CanPing("10.1.0.1"));
        _shaped.Del(pod);
        _shaped.Add(pod);
        _shaped.Check(pod);
    }

    [Fact]
    public void Bandwidth_SucceedsBeforeAnyAdd()
    {
        var pod = _shaped.AddVethPod();
        _shaped.Del(pod);
        _shaped.Node.Call(CniVerb.Del, ShapedNode.Config(pod, "", previous: ""), containerId: "unknown");
    }

    [Theory]
    [InlineData("\"ingressRate\":1")]
    [InlineData("\"ingressRate\":\"fast\"")]
    [InlineData("\"runtimeConfig\":[]")]
    public void Bandwidth_DoesNotReadTheLimits(string keys)
    {
        var pod = _shaped.AddVethPod();
        _shaped.Add(pod);
        if (keys.Contains("runtimeConfig"))
            keys = "\"runtimeConfig\":{\"bandwidth\":[]}";
        _shaped.Node.Call(CniVerb.Del, ShapedNode.Config(pod, keys, previous: "{\"interfaces\":5}"), pod);
        ShapedNode.AssertNothing(HostPath, ShapedNode.HostEnd(pod));
    }

    [Theory]
    [InlineData("namespace")]
    [InlineData("path")]
    [InlineData("veth")]
    [InlineData("block")]
    [InlineData("qdisc")]
    [InlineData("record")]
    [InlineData("record broken")]
    public void Bandwidth_Succeeds_When_IsGone(string what)
    {
        var pod = _shaped.AddVethPod();
        _shaped.Add(pod);
        string path = pod.Path;
        switch (what)
        {
            case "namespace": pod.Vanish(); break;
            case "path": path = ""; break;
            case "veth": pod.Exec("ip", "link del eth0"); break;
            case "block": _shaped.Node.OnHost("ip", $"link del {IfbName.Of("net1", pod.Id)}"); break;
            case "qdisc": _shaped.Node.OnHost("tc", $"qdisc del dev {ShapedNode.HostEnd(pod)} ingress"); break;
            case "record": Directory.Delete(_shaped.Node.RecordsFolder, recursive: true); break;
            default: File.WriteAllText(Directory.GetFiles(_shaped.Node.RecordsFolder, "*", SearchOption.AllDirectories).Single(), "{\"record\":{\"links\":7}}"); break;
        }
        _shaped.Node.Call(CniVerb.Del, ShapedNode.Config(pod, ShapedNode.Both), path.Length == 0 ? null : pod, containerId: pod.Id);
        Assert.Empty(_shaped.HostBlocks());
        Assert.Equal(0, _shaped.Records());
    }

    [Fact]
    public void Bandwidth_LeavesTheOtherAttachmentsBlock_WhenItsOwnRecordIsGone()
    {
        var pod = _shaped.AddVethPod();
        _shaped.AddVethPod("net1", pod, subnet: 2);
        _shaped.Add(pod);
        _shaped.Add(pod, ifName: "net1");
        string record = Directory.GetFiles(_shaped.Node.RecordsFolder, "*@net1.json", SearchOption.AllDirectories).Single();
        File.Delete(record);
        _shaped.Del(pod, ifName: "net1");
        Assert.Equal([IfbName.Of("net1", pod.Id)], _shaped.HostBlocks());
        _shaped.Check(pod);
    }

    [Fact]
    public void Bandwidth_LeavesWhatIsNotItsOwn()
    {
        var pod = _shaped.AddVethPod();
        string veth = ShapedNode.HostEnd(pod), block = IfbName.Of("net1", pod.Id);
        _shaped.Add(pod);
        _shaped.Node.OnHost("tc", $"qdisc replace dev {veth} root handle 5: pfifo limit 10");
        _shaped.Node.OnHost("tc", $"qdisc del dev {veth} ingress");
        _shaped.Node.OnHost("tc", $"qdisc add dev {veth} clsact");
        _shaped.Node.OnHost("ip", $"link del {block}");
        _shaped.Node.OnHost("ip", $"link add name {block} type bridge");
        _shaped.Del(pod);
        Assert.Equal(["clsact", "pfifo"], ShapedNode.Kinds(HostPath, veth));
        Assert.Contains(block, _shaped.Node.HostLinks());
    }

    [Fact]
    public void Bandwidth_LeavesAnInterfaceThatOnlyHasTheName()
    {
        var pod = _shaped.AddVethPod();
        string veth = ShapedNode.HostEnd(pod);
        _shaped.Add(pod);
        pod.Exec("ip", "link del eth0");
        _shaped.AddVethPod(pod: pod);
        _shaped.Node.OnHost("tc", $"qdisc add dev {veth} root handle 1: tbf rate 1mbit burst 10000 limit 10000");
        _shaped.Del(pod);
        Assert.Equal(["tbf"], ShapedNode.Kinds(HostPath, veth));
    }
}
