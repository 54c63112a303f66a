using MultiNet.Cni;
using MultiNet.Delegates.Tests.Bridge;

namespace MultiNet.Delegates.Tests.SingleInterface;

/// <summary>What every plugin that makes one interface does the same way.</summary>
[Trait("Kernel", "vm")]
public sealed class SingleInterfaceTests : IDisposable
{
    private readonly UplinkNode _up = new();
    private readonly TestNode.Pod _pod;

    public SingleInterfaceTests() => _pod = _up.Node.AddPod();

    public static TheoryData<string> Types => ["macvlan", "ipvlan", "vlan", "dummy"];

    public static TheoryData<string> Mastered => ["macvlan", "ipvlan", "vlan"];

    public void Dispose() => _up.Dispose();

    private void AssertNothingIsLeft()
    {
        Assert.False(_pod.HasLink());
        Assert.Equal(["up0"], _up.Node.HostLinks());
        Assert.True(_up.NothingIsRecorded);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Interface_IsAttached_Checked_AndDetachedTwice(string type)
    {
        string config = UplinkNode.Config(type, "\"mtu\":1400");
        // A name of the host's does not matter.
        _up.Node.OnHost("ip", "link add eth0 type bridge");
        var result = _up.Node.Add(config, _pod, linkGroup: 7);

        var link = _pod.Link();
        Assert.Equal(type, link.GetProperty("linkinfo").GetProperty("info_kind").GetString());
        Assert.Equal((1400, "7"), (link.GetProperty("mtu").GetInt32(), link.GetProperty("group").GetString()));
        Assert.Contains("UP", link.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()));
        Assert.Equal(["10.1.2.5/24"], BridgeAddTests.Addresses(_pod.Path, "eth0", "inet"));
        Assert.Contains("fd00:1::5/64", BridgeAddTests.Addresses(_pod.Path, "eth0", "inet6"));
        Assert.Contains("nodad", _pod.Exec("ip", "-6 addr show dev eth0"));
        Assert.Contains("10.9.0.0/16 via 10.1.2.1", _pod.Exec("ip", "route show dev eth0"));
        Assert.Contains("fd09::/64 via fd00:1::1", _pod.Exec("ip", "-6 route show dev eth0"));
        string notify = type is "macvlan" or "ipvlan" ? "1" : "0";
        Assert.Equal((notify, notify), (_pod.Sysctl("net/ipv4/conf/eth0/arp_notify"), _pod.Sysctl("net/ipv6/conf/eth0/ndisc_notify")));
        var made = Assert.Single(result.Interfaces);
        Assert.Equal(("eth0", _pod.Path, link.GetProperty("address").GetString(), 1400), (made.Name, made.Sandbox, made.Mac, made.Mtu));
        Assert.All(result.IPs, ip => Assert.Equal(0, ip.Interface));
        Assert.Equal("of.ipam", result.Dns.Domain);

        config = TestNode.WithPrevResult(config, result);
        _up.Node.Call(CniVerb.Check, config, _pod);
        _up.Node.Call(CniVerb.Del, config, _pod);
        _up.Node.OnHost("ip", "link del eth0");
        AssertNothingIsLeft();
        _up.Node.Call(CniVerb.Del, config, _pod);
        Assert.Equal(["ADD fake eth0", "CHECK fake eth0", "DEL fake eth0", "DEL fake eth0"], _up.Node.Ipam.Calls);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Add_UndoesEverything_WhicheverStepFails(string type)
    {
        string config = UplinkNode.Config(type);
        foreach (var (result, message) in (ReadOnlySpan<(string, string)>)[
            ("""{"ips":[]}""", "IPAM plugin returned missing IP config"),
            ("""{"ips":[{"address":"10.1.2.5/24","gateway":"fd00::1"}]}""", "IPAM plugin returned the gateway fd00::1 for the address 10.1.2.5/24"),
            ("""{"ips":[{"address":"10.1.2.5/24"}],"routes":[{"dst":"10.9.0.0/16","gw":"192.0.2.1"}]}""", "failed to configure \"eth0\"")])
        {
            _up.Node.Ipam.Result = result;
            Assert.StartsWith(message, _up.Refused(CniVerb.Add, config, _pod).Message);
            AssertNothingIsLeft();
        }
        _up.Node.Ipam.Failure = verb => verb == CniVerb.Add ? new CniException(CniErrorCode.TryAgainLater, "later") : null;
        Assert.Equal("later", _up.Refused(CniVerb.Add, config, _pod).Message);
        AssertNothingIsLeft();
        Assert.Equal(8, _up.Node.Ipam.Calls.Count);
        Assert.Equal("DEL fake eth0", _up.Node.Ipam.Calls[^1]);

        // The record cannot be written: nothing is touched.
        File.WriteAllText(_up.Node.RecordsFolder + ".file", "");
        if (Directory.Exists(_up.Node.RecordsFolder))
            Directory.Delete(_up.Node.RecordsFolder, recursive: true);
        File.Move(_up.Node.RecordsFolder + ".file", _up.Node.RecordsFolder);
        Assert.Equal(CniErrorCode.IOFailure, _up.Refused(CniVerb.Add, config, _pod).Code);
        Assert.False(_pod.HasLink());
        Assert.Equal(8, _up.Node.Ipam.Calls.Count);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Add_Fails_WhenTheNameIsTaken_AndLeavesWhatIsThere(string type)
    {
        string config = UplinkNode.Config(type);
        _up.Node.Add(config, _pod);
        Assert.Equal($"failed to create {type}: interface \"eth0\" already exists", _up.Refused(CniVerb.Add, config, _pod).Message);
        Assert.Equal(["10.1.2.5/24"], BridgeAddTests.Addresses(_pod.Path, "eth0", "inet"));
        Assert.Equal(["ADD fake eth0"], _up.Node.Ipam.Calls);
        Assert.False(_up.NothingIsRecorded);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Del_Succeeds_WithEverythingGone(string type)
    {
        string config = UplinkNode.Config(type);
        _up.Node.Call(CniVerb.Del, config, _pod);
        _up.Node.Add(config, _pod);
        _up.Node.Call(CniVerb.Del, config, pod: null, containerId: _pod.Id);
        AssertNothingIsLeft();
        _up.Node.Add(config, _pod);
        // Wrong keys, no master.
        _up.Node.Call(CniVerb.Del, UplinkNode.With("master", "\"gone\"", UplinkNode.With("mtu", "\"x\"", UplinkNode.With("mode", "5", config))), _pod);
        AssertNothingIsLeft();
        _up.Node.Add(config, _pod);
        _up.Node.OnHost("ip", "link del up0");
        _up.Node.Call(CniVerb.Del, config, _pod);
        Assert.False(_pod.HasLink());
        _pod.Vanish();
        _up.Node.Call(CniVerb.Del, config, _pod);
        Assert.True(_up.NothingIsRecorded);
        Assert.Equal("DEL fake eth0", _up.Node.Ipam.Calls[^1]);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Check_FindsWhatSomebodyManipulated(string type)
    {
        string config = UplinkNode.Config(type);
        // In this order one after the other: what is broken is put right before the next.
        foreach (var (breaks, mends, message) in (ReadOnlySpan<(string, string, string)>)[
            ("addr del 10.1.2.5/24 dev eth0", "", "Failed to match addr 10.1.2.5/24 on interface eth0"),
            ("addr del fd00:1::5/64 dev eth0", "", "Failed to match addr fd00:1::5/64 on interface eth0"),
            ("route del 10.1.2.0/24", "", "Failed to find Gateway 10.1.2.1 for interface eth0"),
            ("route del 10.9.0.0/16", "", "Expected Route 10.9.0.0/16 not found in routing table"),
            ("-6 route del fd09::/64", "", "Expected Route fd09::/64 not found in routing table"),
            ("link set eth0 down", "", "Interface eth0 is down"),
            ("link set eth0 mtu 1300", "", "Interface eth0 MTU 1500 doesn't match container MTU: 1300"),
            ("link set eth0 address 0a:00:00:00:00:01", "", "Interface eth0 Mac "),
            ("link set eth0 name eth1", "link del eth1", "Interface name eth0 not found")])
        {
            if (type == "ipvlan" && breaks.Contains("address"))
                continue;
            string attached = TestNode.WithPrevResult(config, _up.Node.Add(config, _pod));
            _up.Node.Call(CniVerb.Check, attached, _pod);
            _pod.Exec("ip", breaks);
            Assert.StartsWith(message, _up.Refused(CniVerb.Check, attached, _pod).Message);
            if (mends.Length > 0)
                _pod.Exec("ip", mends);
            _up.Node.Call(CniVerb.Del, attached, _pod);
        }
        Assert.Equal($"{type}: Required prevResult missing", _up.Refused(CniVerb.Check, config, _pod).Message);
        string another = TestNode.WithPrevResult(config, _up.Node.Add(config, _pod));
        _pod.Exec("ip", "link del eth0");
        _pod.Exec("ip", "link add eth0 type bridge");
        Assert.Equal($"Error: Container interface eth0 not of type {type}", _up.Refused(CniVerb.Check, another, _pod).Message);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Gc_DeletesWhatNobodyOwns_InANamespaceThatLivesOn(string type)
    {
        string config = UplinkNode.Config(type);
        _up.Node.Add(config, _pod);
        _up.Node.Call(CniVerb.Gc, config);
        Assert.True(_pod.HasLink());
        _up.Node.Call(CniVerb.Gc, UplinkNode.With("cni.dev/valid-attachments", $$"""[{"containerID":"{{_pod.Id}}","ifname":"eth0"}]""", config));
        Assert.True(_pod.HasLink());
        _up.Node.Call(CniVerb.Gc, UplinkNode.With("cni.dev/valid-attachments", $$"""[{"containerID":"{{_pod.Id}}","ifname":"eth1"}]""", config));
        AssertNothingIsLeft();
        Assert.Equal(["ADD fake eth0", "GC fake ", "GC fake ", "GC fake "], _up.Node.Ipam.Calls);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Status_AsksIpam(string type)
    {
        string config = UplinkNode.Config(type);
        _up.Node.Call(CniVerb.Status, config);
        _up.Node.Ipam.Failure = _ => new CniException(CniErrorCode.PluginNotAvailable, "exhausted");
        Assert.Equal(("exhausted", CniErrorCode.PluginNotAvailable), (_up.Refused(CniVerb.Status, config).Message, _up.Refused(CniVerb.Status, config).Code));
    }

    [Theory]
    [MemberData(nameof(Mastered))]
    public void Master_MustBeThere(string type)
    {
        string config = UplinkNode.With("master", "\"none\"", UplinkNode.Config(type));
        const string message = "failed to lookup master \"none\": Link not found";
        Assert.Equal(message, _up.Refused(CniVerb.Add, config, _pod).Message);
        AssertNothingIsLeft();
        Assert.Empty(_up.Node.Ipam.Calls);
        var status = _up.Refused(CniVerb.Status, config);
        Assert.Equal((message, CniErrorCode.PluginNotAvailable), (status.Message, status.Code));

        string attached = TestNode.WithPrevResult(UplinkNode.Config(type), _up.Node.Add(UplinkNode.Config(type), _pod));
        _up.Node.OnHost("ip", "link set up0 name up1");
        Assert.Equal("failed to lookup master \"up0\": Link not found", _up.Refused(CniVerb.Check, attached, _pod).Message);
        _up.Node.OnHost("ip", "link add up0 type bridge");
        Assert.Equal("Interface eth0 is not on the master up0", _up.Refused(CniVerb.Check, attached, _pod).Message);
    }

    [Theory]
    [MemberData(nameof(Mastered))]
    public void Master_MayBeInTheContainer(string type)
    {
        string config = UplinkNode.With("linkInContainer", "true", UplinkNode.Config(type));
        Assert.Equal("failed to lookup master \"up0\": Link not found", _up.Refused(CniVerb.Add, config, _pod).Message);
        _pod.Exec("ip", "link add up0 type bridge");
        _pod.Exec("ip", "link set up0 up");
        var result = _up.Node.Add(config, _pod, linkGroup: 9);
        Assert.Equal("up0", _pod.Link().GetProperty("link").GetString());
        Assert.Equal("9", _pod.Link().GetProperty("group").GetString());
        config = TestNode.WithPrevResult(config, result);
        _up.Node.Call(CniVerb.Check, config, _pod);
        Assert.Equal($"failed to create {type}: interface \"eth0\" already exists", _up.Refused(CniVerb.Add, config, _pod).Message);
        _up.Node.Call(CniVerb.Status, config);
        _pod.Exec("ip", "link del up0");
        _up.Node.Call(CniVerb.Del, config, _pod);
        AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("macvlan")]
    [InlineData("ipvlan")]
    public void Master_IsThatOfTheDefaultRoute_WhenNoneIsNamed(string type)
    {
        string config = UplinkNode.Config(type).Replace("\"master\":\"up0\",", "");
        var error = _up.Refused(CniVerb.Add, config, _pod);
        Assert.Equal("no default route interface found", error.Message);
        Assert.Equal(CniErrorCode.PluginNotAvailable, _up.Refused(CniVerb.Status, config).Code);
        _up.Node.OnHost("ip", "link add up1 type bridge");
        _up.Node.OnHost("ip", "link set up1 up");
        _up.Node.OnHost("ip", "-6 route add default dev up1");
        _up.Node.OnHost("ip", "route add unreachable default metric 5");
        _up.Node.OnHost("ip", "addr add 192.0.2.1/24 dev up0");
        _up.Node.OnHost("ip", "route add default metric 10 nexthop via 192.0.2.2 dev up0 nexthop via 192.0.2.3 dev up0");
        string attached = TestNode.WithPrevResult(config, _up.Node.Add(config, _pod));
        _up.Node.Call(CniVerb.Status, config);
        Assert.Equal(TestNode.Ip(_up.Node.HostPath, "link show dev up0")[0].GetProperty("ifindex").GetInt32(), _pod.Link().GetProperty("link_index").GetInt32());

        // It stays where it is when the default route goes away.
        _up.Node.OnHost("ip", "route flush default");
        _up.Node.Call(CniVerb.Check, attached, _pod);
        _up.Node.OnHost("ip", "-6 route del default");
        _up.Node.Call(CniVerb.Check, attached, _pod);
        _up.Node.Call(CniVerb.Del, attached, _pod);
        Assert.False(_pod.HasLink());
        Assert.True(_up.NothingIsRecorded);
    }

    [Fact]
    public void LinkGroup_TakesAllOfThemAway()
    {
        foreach (string type in (string[])["macvlan", "vlan", "dummy"])
        {
            _up.Assign(type.Length);
            _up.Node.Call(CniVerb.Add, UplinkNode.Config(type), _pod, ifName: type, linkGroup: 0x6d6e6574);
        }
        _pod.Exec("ip", "link del group 0x6d6e6574");
        Assert.False(_pod.HasLink("macvlan") || _pod.HasLink("vlan") || _pod.HasLink("dummy"));
        foreach (string type in (string[])["macvlan", "vlan", "dummy"])
            _up.Node.Call(CniVerb.Del, UplinkNode.Config(type), _pod, ifName: type);
        Assert.True(_up.NothingIsRecorded);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Plugin_AnswersInEveryVersion_AndSaysItsDns(string type)
    {
        foreach (string version in CniVersion.All)
        {
            var result = _up.Node.Add(UplinkNode.With("dns", "{\"domain\":\"mine\"}", UplinkNode.Config(type).Replace("1.1.0", version)), _pod);
            Assert.Equal((version, "mine"), (result.CniVersion, result.Dns.Domain));
            _up.Node.Call(CniVerb.Del, UplinkNode.Config(type).Replace("1.1.0", version), _pod);
        }
    }
}
