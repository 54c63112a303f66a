using MultiNet.Cni;
using MultiNet.Delegates.Bandwidth;

namespace MultiNet.Delegates.Tests.Bandwidth;

/// <summary>CHECK, STATUS and GC.</summary>
public sealed class BandwidthMaintenanceTests : IDisposable
{
    private readonly ShapedNode _shaped = new();

    private string HostPath => _shaped.Node.HostPath;

    public void Dispose() => _shaped.Dispose();

    [Theory]
    [InlineData("tc qdisc del dev VETH root", "Failed to find qdisc")]
    [InlineData("tc qdisc replace dev VETH root handle 2: tbf rate 8mbit burst 200000 latency 25ms", "Failed to find qdisc")]
    [InlineData("tc qdisc replace dev VETH root pfifo limit 10", "Failed to find qdisc")]
    [InlineData("tc qdisc change dev VETH root handle 1: tbf rate 9mbit burst 200000 limit 225000", "Rate doesn't match")]
    [InlineData("tc qdisc change dev VETH root handle 1: tbf rate 8mbit burst 200000 limit 225001", "Limit doesn't match")]
    [InlineData("tc qdisc change dev VETH root handle 1: tbf rate 8mbit burst 200001 limit 225000", "Buffer doesn't match")]
    [InlineData("tc qdisc change dev IFB root handle 1: tbf rate 17mbit burst 300000 limit 350000", "Rate doesn't match")]
    [InlineData("tc qdisc del dev IFB root", "Failed to find qdisc")]
    [InlineData("tc qdisc del dev VETH ingress", "Failed to find qdisc")]
    [InlineData("tc filter del dev VETH parent ffff:", "Failed to find filter")]
    [InlineData("sh -c \"tc filter del dev VETH parent ffff: && tc filter add dev VETH parent ffff: protocol all prio 1 u32 match u32 0 0 flowid 1:2\"", "Failed to find filter")]
    [InlineData("ip link set dev IFB down", "is down")]
    [InlineData("ip link del IFB", "get ifb device: Link not found")]
    [InlineData("ip link del VETH", "not found")]
    public void Bandwidth_FindsWhatWasChanged(string command, string message)
    {
        var pod = _shaped.AddVethPod();
        _shaped.Add(pod);
        _shaped.Check(pod);
        command = command.Replace("VETH", ShapedNode.HostEnd(pod)).Replace("IFB", IfbName.Of("net1", pod.Id));
        int blank = command.IndexOf(' ');
        _shaped.Node.OnHost(command[..blank], command[(blank + 1)..]);
        Assert.EndsWith(message, _shaped.CheckFails(pod).Message);
    }

    [Fact]
    public void Bandwidth_ComparesWithTheConfiguration()
    {
        var pod = _shaped.AddVethPod();
        _shaped.Add(pod, "\"ingressRate\":8000000,\"ingressBurst\":1600000");
        _shaped.Check(pod, "\"ingressRate\":8000000,\"ingressBurst\":1600000");
        Assert.Equal("Failed to find qdisc", _shaped.CheckFails(pod).Message);
        Assert.Equal("Rate doesn't match", _shaped.CheckFails(pod, "\"ingressRate\":8000008,\"ingressBurst\":1600000").Message);
    }

    [Fact]
    public void Bandwidth_ChecksWhatIsNotRecorded()
    {
        var pod = _shaped.AddVethPod();
        _shaped.Add(pod);
        Directory.Delete(_shaped.Node.RecordsFolder, recursive: true);
        _shaped.Check(pod);
        _shaped.Node.OnHost("tc", $"qdisc del dev {ShapedNode.HostEnd(pod)} root");
        Assert.Equal("Failed to find qdisc", _shaped.CheckFails(pod).Message);
    }

    [Fact]
    public void Bandwidth_CheckNeedsAResult()
    {
        var pod = _shaped.AddVethPod();
        string config = ShapedNode.Config(pod, ShapedNode.Both, previous: "");
        Assert.Equal("must be called as a chained plugin", Assert.Throws<CniException>(() => _shaped.Node.Call(CniVerb.Check, config, pod)).Message);
    }

    [Fact]
    public void Bandwidth_CollectsWhatNoValidAttachmentHas()
    {
        var (one, two) = (_shaped.AddVethPod(), _shaped.AddVethPod(subnet: 2));
        _shaped.Add(one);
        _shaped.Add(two);
        string Gc(string attachments, string network = "net1") =>
            $$"""{"cniVersion":"1.1.0","name":"{{network}}","type":"bandwidth"{{(attachments.Length > 0 ? $",\"cni.dev/valid-attachments\":{attachments}" : "")}}}""";

        _shaped.Node.Call(CniVerb.Gc, Gc(""));
        _shaped.Node.Call(CniVerb.Gc, Gc("[]", "other"));
        Assert.Equal(2, _shaped.HostBlocks().Count);

        _shaped.Node.Call(CniVerb.Gc, Gc($$"""[{"containerID":"{{two.Id}}","ifname":"eth0"}]"""));
        Assert.Equal([IfbName.Of("net1", two.Id)], _shaped.HostBlocks());
        Assert.Empty(ShapedNode.Kinds(HostPath, ShapedNode.HostEnd(one)));
        _shaped.Check(two);

        two.Vanish();
        _shaped.Node.Call(CniVerb.Gc, Gc("[]"));
        Assert.Empty(_shaped.HostBlocks());
        Assert.Equal(0, _shaped.Records());
        _shaped.Node.Call(CniVerb.Gc, Gc("[]"));
    }

    [Fact]
    public void Bandwidth_StatusReadsTheConfiguration()
    {
        _shaped.Node.Call(CniVerb.Status, """{"cniVersion":"1.1.0","name":"net1","type":"bandwidth","ingressRate":8000,"ingressBurst":8000}""");
        Assert.Equal(
            "if rate is set, burst must also be set",
            Assert.Throws<CniException>(() => _shaped.Node.Call(CniVerb.Status, """{"cniVersion":"1.1.0","name":"net1","type":"bandwidth","ingressRate":8000}""")).Message);
    }
}
