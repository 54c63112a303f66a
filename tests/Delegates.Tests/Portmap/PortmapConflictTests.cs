using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Portmap;

public sealed class PortmapConflictTests : IDisposable
{
    private readonly PortmapNode _host = new();

    public void Dispose() => _host.Dispose();

    public static TheoryData<string, string> Backends => new()
    {
        { "iptables", "iptables" }, { "nftables", "nftables" }, { "iptables", "nftables" }, { "nftables", "iptables" },
    };

    [Theory]
    [MemberData(nameof(Backends))]
    public void Add_RefusesAPortThatAnotherContainerHas_AndNamesIt(string one, string two)
    {
        var (first, second) = (_host.AddPod(), _host.AddPod());
        _host.Add(first, _host.Config(first, one));
        var rules = _host.RulesOfContainers();

        var error = Assert.Throws<CniException>(() => _host.Add(second, _host.Config(second, two, ["7070:70/tcp", "192.0.2.1 8080:81/tcp"], network: "other")));

        Assert.Equal(CniErrorCode.TryAgainLater, error.Code);
        Assert.Equal("host port 8080/tcp of 192.0.2.1 is taken by container pod1", error.Message);
        Assert.Contains("network \"net\"", error.Details);
        Assert.Equal(rules, _host.RulesOfContainers());
        Assert.Single(_host.Records());
        _host.Del(first, _host.Config(first, one));
        _host.Add(second, _host.Config(second, two));
    }

    [Theory]
    [InlineData("8080:80/udp")]
    [InlineData("8081:80/tcp")]
    public void Add_TakesAnotherProtocolOrPort(string port)
    {
        var (first, second) = (_host.AddPod(), _host.AddPod());
        _host.Add(first, _host.Config(first, "nftables"));
        _host.Add(second, _host.Config(second, "nftables", [port]));
        Assert.Equal(2, _host.Records().Length);
    }

    [Fact]
    public void Add_TakesTheSamePortOfAnotherAddress()
    {
        var (first, second) = (_host.AddPod(), _host.AddPod());
        _host.Add(first, _host.Config(first, "nftables", ["192.0.2.1 8080:80/tcp"]));
        _host.Add(second, _host.Config(second, "nftables", ["192.0.2.2 8080:80/tcp", ":: 8080:80/tcp"]));
        Assert.Equal(2, _host.Records().Length);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Add_TakesThePortOfADeadContainer_AndItsPackets(string one, string two)
    {
        var (first, second) = (_host.AddPod(), _host.AddPod());
        string former = _host.Config(first, one);
        _host.Add(first, former);
        first.Vanish();
        _host.Add(second, _host.Config(second, two));
        Assert.DoesNotContain(_host.RulesOfContainers(), rule => rule.Contains("10.88.0.2:") || rule.Contains("[fd00:88::2]"));
        // The DEL that comes late takes nothing of the other.
        var rules = _host.RulesOfContainers();
        _host.Del(first, former);
        Assert.Equal(rules, _host.RulesOfContainers());
        Assert.Single(_host.Records());
    }

    [Fact]
    public void Add_TakesThePort_WhenItsOwnersInterfaceIsGone()
    {
        var (first, second) = (_host.AddPod(), _host.AddPod());
        _host.Add(first, _host.Config(first, "nftables"));
        first.Exec("ip", "link del eth0");
        _host.Add(second, _host.Config(second, "nftables"));
        Assert.DoesNotContain("10.88.0.2:", _host.Nft());
    }

    [Fact]
    public void Add_TakesThePort_OfAnEarlierContainerInTheSameNamespace()
    {
        var pod = _host.AddPod();
        _host.Add(pod, _host.Config(pod, "nftables"));
        _host.Node.Call(CniVerb.Add, _host.Config(pod, "nftables"), pod, containerId: "later");
        Assert.Contains("dnat to 10.88.0.2:80 comment \"later\"", _host.Nft());
        Assert.DoesNotContain("pod1", _host.Nft());
    }

    [Fact]
    public void Add_GoesBeforeRulesOfWhichNobodyKnows()
    {
        var (first, second) = (_host.AddPod(), _host.AddPod());
        _host.Add(first, _host.Config(first, "nftables"));
        Directory.Delete(_host.Node.RecordsFolder, recursive: true);
        _host.Add(second, _host.Config(second, "nftables", ["8080:80/tcp", "9090:90/tcp"], families: "4"));
        Assert.Equal(
            ["tcp dport 8080 dnat to 10.88.0.3:80 comment \"pod2\"", "tcp dport 9090 dnat to 10.88.0.3:90 comment \"pod2\"", "tcp dport 8080 dnat to 10.88.0.2:80 comment \"pod1\""],
            _host.Nft().Split('\n').Select(line => line.Trim()).Where(line => line.Contains("dnat to 10.")));
    }

    [Fact]
    public void Add_GoesBeforeRulesOfWhichNobodyKnows_WithConditionsToo()
    {
        var (first, second) = (_host.AddPod(), _host.AddPod());
        _host.Add(first, _host.Config(first, "nftables"));
        Directory.Delete(_host.Node.RecordsFolder, recursive: true);
        _host.Add(second, _host.Config(second, "nftables", ["8080:80/tcp", "9090:90/tcp"], "\"conditionsV4\":[\"meta mark 5\"],", families: "4"));
        Assert.Equal(["8080 dnat to 10.88.0.3:80", "9090 dnat to 10.88.0.3:90", "8080 dnat to 10.88.0.2:80"],
            _host.Nft().Split('\n').Where(line => line.Contains("dnat to 10.")).Select(line => line.Split("dport ")[1].Split(" comment")[0]));
    }

    [Fact]
    public void Add_RefusesAPortThatTheSameContainerHasInAnotherNetwork()
    {
        var pod = _host.AddPod();
        _host.Add(pod, _host.Config(pod, "nftables"));
        var error = Assert.Throws<CniException>(() => _host.Add(pod, _host.Config(pod, "nftables", network: "other", ifName: "net1"), "net1"));
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, error.Code);
        _host.Node.Call(CniVerb.Check, _host.Config(pod, "nftables"), pod);
    }

    [Theory]
    [InlineData("iptables")]
    [InlineData("nftables")]
    public void TenAdds_MayComeAtOnce(string backend)
    {
        var pods = Enumerable.Range(0, 10).Select(_ => _host.AddPod()).ToList();
        var configs = pods.Select((pod, i) => _host.Config(pod, backend, [$"{8000 + i}:80/tcp", $"{9000 + i}:80/udp"])).ToList();
        Parallel(pods, (pod, i) => _host.Add(pod, configs[i]));
        for (int i = 0; i < pods.Count; i++)
            _host.Node.Call(CniVerb.Check, configs[i], pods[i]);
        string rules = _host.Iptables() + _host.Nft();
        if (backend == "iptables")
        {
            Assert.Equal(1, rules.Split("-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT").Length - 1);
            Assert.Equal(1, rules.Split("-A POSTROUTING -m comment --comment \"CNI portfwd requiring masquerade\" -j CNI-HOSTPORT-MASQ").Length - 1);
        }
        Parallel(pods, (pod, i) => _host.Del(pod, configs[i]));
        Assert.Empty(_host.RulesOfContainers());
        Assert.Empty(_host.Records());
    }

    [Fact]
    public void OfTwoThatWantOnePortAtOnce_AtMostOneGetsIt()
    {
        var pods = new[] { _host.AddPod(), _host.AddPod() };
        int got = 0;
        Parallel(pods, (pod, _) =>
        {
            try
            {
                _host.Add(pod, _host.Config(pod, "nftables"));
                Interlocked.Increment(ref got);
            }
            catch (CniException e) when (e.Code == CniErrorCode.TryAgainLater)
            {
            }
        });
        Assert.InRange(got, 0, 1);
        Assert.Equal(got, _host.Nft().Split("dnat to 10.").Length - 1);
        Assert.Equal(got, _host.Records().Length);
    }

    private static void Parallel(IReadOnlyList<TestNode.Pod> pods, Action<TestNode.Pod, int> action)
    {
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        var threads = pods.Select((pod, i) => new Thread(() =>
        {
            try
            {
                action(pod, i);
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Empty(failures);
    }
}
