using MultiNet.Cni;
using MultiNet.Delegates.Bandwidth;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Bandwidth;

public sealed class BandwidthAddTests : IDisposable
{
    private readonly ShapedNode _shaped = new();

    private string HostPath => _shaped.Node.HostPath;

    public void Dispose() => _shaped.Dispose();

    [Theory]
    [InlineData("0.3.0")]
    [InlineData("0.3.1")]
    [InlineData("0.4.0")]
    [InlineData("1.0.0")]
    [InlineData("1.1.0")]
    public void Bandwidth_LimitsBothDirections_OnTheHostsEndOfAVeth(string version)
    {
        var pod = _shaped.AddVethPod();
        string veth = ShapedNode.HostEnd(pod), block = IfbName.Of("net1", pod.Id);

        var result = _shaped.Add(pod, version: version);

        Assert.Equal((1_000_000, 200_000, 25_000), ShapedNode.Bucket(HostPath, veth));
        Assert.Equal((2_000_000, 300_000, 25_000), ShapedNode.Bucket(HostPath, block));
        Assert.Equal(["ingress", "tbf"], ShapedNode.Kinds(HostPath, veth));
        Assert.Equal(block, ShapedNode.RedirectedTo(HostPath, veth));
        Assert.Empty(ShapedNode.Kinds(pod.Path, "eth0"));

        var link = Assert.Single(TestNode.Ip(HostPath, $"link show dev {block}"));
        Assert.Equal(1400, link.GetProperty("mtu").GetInt32());
        Assert.Equal("default", link.GetProperty("group").GetString());
        Assert.Contains("UP", link.GetProperty("flags").EnumerateArray().Select(f => f.GetString()));

        Assert.Equal(version, result.CniVersion);
        Assert.Equal([veth, "eth0", block], result.Interfaces.Select(i => i.Name));
        Assert.Equal(("", link.GetProperty("address").GetString()), (result.Interfaces[2].Sandbox, result.Interfaces[2].Mac));
        Assert.Equal(version == "1.1.0" ? 1400 : 0, result.Interfaces[2].Mtu);
        Assert.True(pod.CanPing("10.1.0.1"));
    }

    [Theory]
    [InlineData("\"ingressRate\":8000000,\"ingressBurst\":1600000", "tbf", 0)]
    [InlineData("\"egressRate\":8000000,\"egressBurst\":1600000", "ingress", 1)]
    public void Bandwidth_LimitsOneDirectionOnly(string keys, string kind, int blocks)
    {
        var pod = _shaped.AddVethPod();
        var result = _shaped.Add(pod, keys);
        Assert.Equal([kind], ShapedNode.Kinds(HostPath, ShapedNode.HostEnd(pod)));
        Assert.Equal(blocks, _shaped.HostBlocks().Count);
        Assert.Equal(2 + blocks, result.Interfaces.Count);
        Assert.True(pod.CanPing("10.1.0.1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"ingressRate\":0,\"egressBurst\":0,\"runtimeConfig\":{\"bandwidth\":{\"ingressRate\":8000000,\"ingressBurst\":1600000}}")]
    [InlineData("\"runtimeConfig\":{\"bandwidth\":{}}")]
    [InlineData("\"runtimeConfig\":{\"bandwidth\":null}")]
    [InlineData("\"shapedSubnets\":[\"10.0.0.0/8\"],\"unshapedSubnets\":[\"10.1.0.0/16\"]")]
    public void Bandwidth_PassesTheResultOn_WhenNothingIsLimited(string keys)
    {
        var pod = _shaped.AddVethPod();
        Assert.Equal(2, _shaped.Add(pod, keys).Interfaces.Count);
        _shaped.Check(pod, keys);
        ShapedNode.AssertNothing(HostPath, ShapedNode.HostEnd(pod));
        Assert.Equal(0, _shaped.Records());
    }

    [Fact]
    public void Bandwidth_TakesTheRuntimesLimits_OnlyWithoutAnyOfItsOwn()
    {
        const string runtime = "\"runtimeConfig\":{\"bandwidth\":{\"ingressRate\":4000000,\"ingressBurst\":800000,\"egressRate\":4000000,\"egressBurst\":800000}}";
        var (one, two) = (_shaped.AddVethPod(), _shaped.AddVethPod(subnet: 2));
        _shaped.Add(one, runtime);
        Assert.Equal((500_000, 100_000, 25_000), ShapedNode.Bucket(HostPath, ShapedNode.HostEnd(one)));
        Assert.Single(_shaped.HostBlocks());
        _shaped.Add(two, "\"ingressRate\":8000000,\"ingressBurst\":1600000," + runtime);
        Assert.Equal((1_000_000, 200_000, 25_000), ShapedNode.Bucket(HostPath, ShapedNode.HostEnd(two)));
        Assert.Single(_shaped.HostBlocks());
    }

    [Fact]
    public void Bandwidth_LimitsSeveralAttachmentsOfOnePod_ToOneNetwork()
    {
        var pod = _shaped.AddVethPod();
        _shaped.AddVethPod("net1", pod, subnet: 2);
        _shaped.Add(pod);
        var second = _shaped.Add(pod, ifName: "net1");

        string first = IfbName.Of("net1", pod.Id), other = IfbName.Of("net1", pod.Id, "net1");
        Assert.Equal(other, second.Interfaces[2].Name);
        Assert.Equal(first, ShapedNode.RedirectedTo(HostPath, ShapedNode.HostEnd(pod)));
        Assert.Equal(other, ShapedNode.RedirectedTo(HostPath, ShapedNode.HostEnd(pod, "net1")));
        _shaped.Check(pod);
        _shaped.Check(pod, ifName: "net1");

        _shaped.Del(pod);
        Assert.Equal([other], _shaped.HostBlocks());
        _shaped.Check(pod, ifName: "net1");
        Assert.True(TestNode.TryExec(pod.Path, "ping", "-c 1 -w 60 10.2.0.1").Code == 0);
        _shaped.Del(pod, ifName: "net1");
        Assert.Empty(_shaped.HostBlocks());
        Assert.Equal(0, _shaped.Records());
    }

    [Theory]
    [InlineData("8", "8")]
    [InlineData("64000000000", "34359738351")]
    [InlineData("100000000000000", "34359738351")]
    [InlineData("1000000", "2147483647")]
    [InlineData("80", "34359738351")]
    public void Bandwidth_TakesEveryNumber_ThatTheKernelTakes(string rate, string burst)
    {
        string keys = $"\"ingressRate\":{rate},\"ingressBurst\":{burst},\"egressRate\":{rate},\"egressBurst\":{burst}";
        var pod = _shaped.AddVethPod();
        _shaped.Add(pod, keys);
        _shaped.Check(pod, keys);
        using var socket = _shaped.Node.Host.OpenSocket();
        var clock = SchedulerClock.Read();
        var expected = new RateLimit(ulong.Parse(rate), ulong.Parse(burst)).ToBucket(clock);
        var found = socket.QdiscGet(socket.LinkGet(ShapedNode.HostEnd(pod)).Index, TrafficHandle.Root)!.TokenBucket!;
        Assert.Equal((expected.Rate, expected.Limit, true), (found.Rate, found.Limit, RateLimit.IsBuffer(found.Buffer, expected.Buffer, clock)));
        _shaped.Del(pod, keys);
        ShapedNode.AssertNothing(HostPath, ShapedNode.HostEnd(pod));
    }

    [Theory]
    [InlineData("{\"interfaces\":[],\"ips\":[]}", "no interfaces provided")]
    [InlineData("{\"interfaces\":[{\"name\":\"eth0\",\"sandbox\":\"/x\"}],\"ips\":[]}", "no veth peer of container interface found in host ns")]
    [InlineData("", "must be called as chained plugin")]
    public void Bandwidth_SaysWhatIsMissing(string previous, string message)
    {
        var pod = _shaped.AddVethPod();
        var error = Assert.Throws<CniException>(() => _shaped.Node.Call(CniVerb.Add, ShapedNode.Config(pod, ShapedNode.Both, previous: previous), pod));
        Assert.Equal(message, error.Message);
        ShapedNode.AssertNothing(HostPath, ShapedNode.HostEnd(pod));
        Assert.Equal(0, _shaped.Records());
    }

    [Fact]
    public void Bandwidth_NeedsAResult_AlsoWhenNothingIsLimited()
    {
        var pod = _shaped.AddVethPod();
        Assert.Equal("must be called as chained plugin", Assert.Throws<CniException>(() => _shaped.Node.Call(CniVerb.Add, ShapedNode.Config(pod, "", previous: ""), pod)).Message);
    }

    [Theory]
    [InlineData("0.1.0")]
    [InlineData("0.2.0")]
    public void Bandwidth_RefusesVersionsThatKnowNoInterfaces(string version)
    {
        var error = Assert.Throws<CniException>(() => _shaped.Add(_shaped.AddVethPod(), version: version));
        Assert.Equal((CniErrorCode.IncompatibleCniVersion, "incompatible CNI versions"), (error.Code, error.Message));
    }

    [Fact]
    public void Bandwidth_NeedsTheInterface()
    {
        var pod = _shaped.Node.AddPod();
        Assert.Equal(
            "container interface eth0 has no veth peer: could not look up \"eth0\": Link not found",
            Assert.Throws<CniException>(() => _shaped.Add(pod)).Message);
    }

    [Fact]
    public void Bandwidth_NeedsTheOtherEndOnTheHost()
    {
        var (pod, other) = (_shaped.AddVethPod(), _shaped.Node.AddPod());
        string veth = ShapedNode.HostEnd(pod);
        _shaped.Node.OnHost("ip", $"link set dev {veth} netns {other.Path}");
        Assert.Matches("^veth peer with index [0-9]+ is not in host ns$", Assert.Throws<CniException>(() => _shaped.Add(pod)).Message);
    }

    [Theory]
    [InlineData("tc qdisc add dev VETH root handle 1: pfifo limit 10", "create qdisc: ")]
    [InlineData("tc qdisc add dev VETH ingress", "create ingress qdisc: ")]
    public void Bandwidth_LeavesNothingOfItsOwn_WhenTheKernelRefuses(string before, string message)
    {
        var pod = _shaped.AddVethPod();
        string veth = ShapedNode.HostEnd(pod);
        before = before.Replace("VETH", veth);
        _shaped.Node.OnHost("tc", before[3..]);
        var kinds = ShapedNode.Kinds(HostPath, veth);
        var error = Assert.Throws<CniException>(() => _shaped.Add(pod));
        Assert.StartsWith(message, error.Message);
        Assert.Contains("EEXIST", error.Message);
        Assert.Equal(kinds, ShapedNode.Kinds(HostPath, veth));
        Assert.Empty(_shaped.HostBlocks());
        Assert.Equal(0, _shaped.Records());
    }

    [Fact]
    public void Bandwidth_RefusesBothNamesTaken()
    {
        var pod = _shaped.AddVethPod();
        _shaped.Node.OnHost("ip", $"link add name {IfbName.Of("net1", pod.Id)} type ifb");
        _shaped.Node.OnHost("ip", $"link add name {IfbName.Of("net1", pod.Id, "eth0")} type ifb");
        Assert.StartsWith("adding link: ", Assert.Throws<CniException>(() => _shaped.Add(pod)).Message);
        Assert.Empty(ShapedNode.Kinds(HostPath, ShapedNode.HostEnd(pod)));
        Assert.Equal(2, _shaped.HostBlocks().Count);
    }

    [Fact]
    public void Bandwidth_RefusesASecondAdd_AndKeepsTheFirst()
    {
        var pod = _shaped.AddVethPod();
        _shaped.Add(pod);
        Assert.Throws<CniException>(() => _shaped.Add(pod));
        _shaped.Check(pod);
        _shaped.Del(pod);
        ShapedNode.AssertNothing(HostPath, ShapedNode.HostEnd(pod));
    }

    [Fact]
    public void Bandwidth_LeavesTheHostsFiltersAlone_AndLimitsInThePodWhatItSends()
    {
        var pod = _shaped.AddVethPod();
        string veth = ShapedNode.HostEnd(pod);
        _shaped.Node.OnHost("tc", $"qdisc add dev {veth} clsact");
        var result = _shaped.Add(pod);
        Assert.Equal(2, result.Interfaces.Count);
        Assert.Equal(["clsact", "tbf"], ShapedNode.Kinds(HostPath, veth));
        Assert.Equal((1_000_000, 200_000, 25_000), ShapedNode.Bucket(HostPath, veth));
        Assert.Equal((2_000_000, 300_000, 25_000), ShapedNode.Bucket(pod.Path, "eth0"));
        _shaped.Check(pod);
        _shaped.Del(pod);
        Assert.Equal(["clsact"], ShapedNode.Kinds(HostPath, veth));
        Assert.Empty(ShapedNode.Kinds(pod.Path, "eth0"));
    }
}
