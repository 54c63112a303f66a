using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Bandwidth;

/// <summary>What passes is what was asked for, in both directions.</summary>
public sealed class BandwidthTrafficTests : IDisposable
{
    private const string Limits = "\"ingressRate\":20000000,\"ingressBurst\":400000,\"egressRate\":32000000,\"egressBurst\":640000";
    private const long IngressRate = 2_500_000, IngressBurst = 50_000, EgressRate = 4_000_000, EgressBurst = 80_000;

    private readonly ShapedNode _shaped = new();

    public void Dispose() => _shaped.Dispose();

    private void MustBeLimited(TestNode.Pod pod, string podAddress, string hostAddress)
    {
        using var container = NetworkNamespace.Open(pod.Path);
        Transfer.MustBeLimited(_shaped.Node.Host, container, podAddress, IngressRate, IngressBurst);
        Transfer.MustBeLimited(container, _shaped.Node.Host, hostAddress, EgressRate, EgressBurst);
    }

    [Theory]
    [InlineData("ptp", "")]
    [InlineData("bridge", ",\"isGateway\":true")]
    public void Bandwidth_LimitsTraffic_BehindPlugin(string type, string keys)
    {
        var pod = _shaped.Node.AddPod();
        _shaped.Node.Ipam.Result = """{"ips":[{"address":"10.1.0.2/24","gateway":"10.1.0.1"},{"address":"fd00:1::2/64","gateway":"fd00:1::1"}],"routes":[]}""";
        string main = $$"""{"cniVersion":"1.1.0","name":"net1","type":"{{type}}"{{keys}},"ipam":{"type":"fake"} }""";
        string config = TestNode.WithPrevResult($$"""{"cniVersion":"1.1.0","name":"net1","type":"bandwidth",{{Limits}} }""", _shaped.Node.Add(main, pod));
        _shaped.Node.Call(CniVerb.Add, config, pod);
        MustBeLimited(pod, "10.1.0.2", "10.1.0.1");
        MustBeLimited(pod, "fd00:1::2", "fd00:1::1");
        _shaped.Node.Call(CniVerb.Del, config, pod);
        Assert.Empty(_shaped.HostBlocks());
    }

    [Fact]
    public void Bandwidth_LimitsTraffic_InsideThePod()
    {
        var pod = _shaped.AddOtherPod();
        _shaped.Add(pod, Limits);
        MustBeLimited(pod, "10.1.0.2", "10.1.0.1");
    }

    [Fact]
    public void Bandwidth_LimitsTraffic_BesideTheHostsFilters()
    {
        var pod = _shaped.AddVethPod();
        _shaped.Node.OnHost("tc", $"qdisc add dev {ShapedNode.HostEnd(pod)} clsact");
        _shaped.Add(pod, Limits);
        MustBeLimited(pod, "10.1.0.2", "10.1.0.1");
    }
}
