using MultiNet.Cni;
using MultiNet.Delegates.Bandwidth;

namespace MultiNet.Delegates.Tests.Bandwidth;

/// <summary>Interfaces that are no veth are limited inside the pod.</summary>
public sealed class BandwidthInPodTests : IDisposable
{
    private readonly ShapedNode _shaped = new();

    public void Dispose() => _shaped.Dispose();

    [Fact]
    public void Bandwidth_LimitsBothDirections_InsideThePod()
    {
        var pod = _shaped.AddOtherPod();
        string block = IfbName.Of("net1", pod.Id);
        var result = _shaped.Add(pod, linkGroup: 7);

        Assert.Equal((2_000_000, 300_000, 25_000), ShapedNode.Bucket(pod.Path, "eth0"));
        Assert.Equal((1_000_000, 200_000, 25_000), ShapedNode.Bucket(pod.Path, block));
        Assert.Equal(block, ShapedNode.RedirectedTo(pod.Path, "eth0"));
        ShapedNode.AssertNothing(_shaped.Node.HostPath, ShapedNode.HostEnd(pod));
        Assert.Equal((block, pod.Path), (result.Interfaces[2].Name, result.Interfaces[2].Sandbox));
        Assert.Equal("7", pod.Link(block).GetProperty("group").GetString());
        Assert.True(pod.CanPing("10.1.0.1"));

        _shaped.Check(pod);
        _shaped.Del(pod);
        ShapedNode.AssertNothing(pod.Path, "eth0");
        Assert.Equal(0, _shaped.Records());
        Assert.True(pod.CanPing("10.1.0.1"));
    }

    [Theory]
    [InlineData("tap")]
    [InlineData("tun")]
    public void Bandwidth_LimitsOtherKinds(string mode)
    {
        var pod = _shaped.Node.AddPod();
        pod.Exec("ip", $"tuntap add dev eth0 mode {mode}");
        pod.Exec("ip", "link set dev eth0 up");
        _shaped.Add(pod);
        _shaped.Check(pod);
        _shaped.Del(pod);
        ShapedNode.AssertNothing(pod.Path, "eth0");
    }

    [Fact]
    public void Bandwidth_LeavesNothing_WhenTheKernelRefusesInsideThePod()
    {
        var pod = _shaped.AddOtherPod();
        pod.Exec("tc", "qdisc add dev eth0 clsact");
        Assert.StartsWith("create ingress qdisc: ", Assert.Throws<CniException>(() => _shaped.Add(pod)).Message);
        Assert.Empty(ShapedNode.Blocks(pod.Path));
        Assert.Equal(["clsact"], ShapedNode.Kinds(pod.Path, "eth0"));
    }

    [Theory]
    [InlineData("tc qdisc del dev eth0 root", "Failed to find qdisc")]
    [InlineData("tc qdisc del dev eth0 ingress", "Failed to find qdisc")]
    [InlineData("tc filter del dev eth0 parent ffff:", "Failed to find filter")]
    [InlineData("ip link del IFB", "get ifb device: Link not found")]
    [InlineData("ip link del eth0", "Interface name eth0 not found")]
    public void Bandwidth_FindsWhatThePodHasChanged(string command, string message)
    {
        var pod = _shaped.AddOtherPod();
        _shaped.Add(pod);
        command = command.Replace("IFB", IfbName.Of("net1", pod.Id));
        int blank = command.IndexOf(' ');
        pod.Exec(command[..blank], command[(blank + 1)..]);
        Assert.Equal(message, _shaped.CheckFails(pod).Message);
        _shaped.Del(pod);
        Assert.Equal(0, _shaped.Records());
    }

    [Fact]
    public void Bandwidth_CollectsInThePod_OnlyFromTheVeryInterface()
    {
        var pod = _shaped.AddOtherPod();
        _shaped.Add(pod);
        const string gc = """{"cniVersion":"1.1.0","name":"net1","type":"bandwidth","cni.dev/valid-attachments":[]}""";
        _shaped.Node.Call(CniVerb.Gc, gc);
        ShapedNode.AssertNothing(pod.Path, "eth0");

        _shaped.Add(pod);
        pod.Exec("ip", "link set dev eth0 address 02:00:00:00:00:99");
        _shaped.Node.Call(CniVerb.Gc, gc);
        // The name of the block is of this attachment alone, the interface may be another's.
        Assert.Empty(ShapedNode.Blocks(pod.Path));
        Assert.Equal(["ingress", "tbf"], ShapedNode.Kinds(pod.Path, "eth0"));
    }
}
