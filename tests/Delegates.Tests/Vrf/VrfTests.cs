using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Vrf;

[Trait("Kernel", "vm")]
public sealed class VrfTests : IDisposable
{
    private readonly TestNode _node = new();
    private readonly TestNode.Pod _pod;

    public VrfTests()
    {
        _pod = _node.AddPod();
        Interface("eth0", "10.1.2.5/24", "fd00:1::5/64");
        Ip("route add 10.9.0.0/16 via 10.1.2.1 mtu 1300", "route add default via 10.1.2.1", "-6 route add fd00:9::/64 via fd00:1::1", "route add 10.8.0.0/16 dev eth0 scope link");
    }

    public void Dispose() => _node.Dispose();

    private void Ip(params string[] commands) => Array.ForEach(commands, command => _pod.Exec("ip", command));

    private void Interface(string name, string ipv4, string ipv6) => Ip(
        $"link add {name} type veth peer name p{name}", $"link set {name} up addrgenmode none", $"link set p{name} up addrgenmode none",
        $"addr add {ipv4} dev {name}", $"addr add {ipv6} dev {name} nodad");

    private string Config(string keys = "\"vrfname\":\"blue\"", string ifName = "eth0") =>
        $$$"""{"cniVersion":"1.1.0","name":"net","type":"vrf",{{{keys}}},"prevResult":{"cniVersion":"1.1.0","interfaces":[{"name":"{{{ifName}}}","sandbox":"{{{_pod.Path}}}"}],"ips":[{"address":"10.1.2.5/24","interface":0}]}}""";

    private void Add(string keys = "\"vrfname\":\"blue\"", string ifName = "eth0") => _node.Add(Config(keys, ifName), _pod, ifName);

    private void Del(string ifName = "eth0") => _node.Call(CniVerb.Del, Config(ifName: ifName), _pod, ifName);

    private string[] Routes(string table, string family = "-4") => [.. TestNode.TryExec(_pod.Path, "ip", $"{family} route show table {table}").Output
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Replace(" pref medium", "").Trim())
        .Where(l => l.Contains("dev eth0") && !l.Contains("local") && !l.Contains("broadcast") && !l.Contains("multicast") && !l.Contains("anycast")).Order(StringComparer.Ordinal)];

    private string State() => string.Join('\n', [.. Routes("main"), .. Routes("main", "-6"), _pod.Exec("ip", "-br addr show dev eth0 scope global")]);

    private string[] Records() => Directory.GetFiles(_node.Folder, "*.json", SearchOption.AllDirectories);

    [Fact]
    public void Vrf_TakesTheInterfaceWithAddressesAndRoutes_AndGivesItBack()
    {
        string before = State();
        string[] routes = Routes("main"), routes6 = Routes("main", "-6");
        Add();
        Assert.Equal("blue", _pod.Link().GetProperty("master").GetString());
        Assert.Equal(1, _pod.Link("blue").GetProperty("linkinfo").GetProperty("info_data").GetProperty("table").GetInt32());
        Assert.Contains("UP", _pod.Link("blue").GetProperty("flags").ToString());
        Assert.Equal(routes, Routes("1"));
        Assert.Equal(routes6, Routes("1", "-6"));
        Assert.Empty(Routes("main"));
        Assert.Contains("fd00:1::5/64", _pod.Exec("ip", "addr show dev eth0"));
        Assert.Contains("via 10.1.2.1 dev eth0 table 1", _pod.Exec("ip", "route get 10.9.0.1 vrf blue"));
        _node.Call(CniVerb.Check, Config(), _pod);

        Del();
        Assert.False(_pod.HasLink("blue"));
        Assert.Equal(before, State());
        Assert.Empty(Records());
        Del();
        Assert.Equal(before, State());
    }

    [Fact]
    public void Vrf_HoldsSeveralInterfaces_UntilTheLastOneGoes()
    {
        Interface("net1", "10.1.3.5/24", "fd00:3::5/64");
        Interface("net2", "10.1.2.6/24", "fd00:1::6/64");
        Add();
        Add(ifName: "net1");
        Add("\"vrfname\":\"red\"", "net2");
        Assert.Equal("blue", _pod.Link("net1").GetProperty("master").GetString());
        Assert.Equal(2, _pod.Link("red").GetProperty("linkinfo").GetProperty("info_data").GetProperty("table").GetInt32());
        Del();
        Assert.True(_pod.HasLink("blue"));
        Ip("link del net1");
        Del("net1");
        Assert.False(_pod.HasLink("blue"));
        Assert.True(_pod.HasLink("red"));
        _node.Call(CniVerb.Gc, """{"cniVersion":"1.1.0","name":"net","type":"vrf","vrfname":"red"}""");
        Assert.True(_pod.HasLink("red"));
        _node.Call(CniVerb.Gc, $$"""{"cniVersion":"1.1.0","name":"net","type":"vrf","vrfname":"red","cni.dev/valid-attachments":[{"containerID":"{{_pod.Id}}","ifname":"net2"}]}""");
        Assert.True(_pod.HasLink("red"));
        _node.Call(CniVerb.Gc, """{"cniVersion":"1.1.0","name":"net","type":"vrf","vrfname":"red","cni.dev/valid-attachments":[]}""");
        Assert.False(_pod.HasLink("red"));
        Assert.Empty(Records());
    }

    [Fact]
    public void Vrf_TakesATableThatNobodyUses()
    {
        Ip("route add 192.0.2.0/24 dev peth0 table 1", "rule add from 192.0.2.1 table 2", "link add other type vrf table 3");
        Add();
        Assert.Equal(4, _pod.Link("blue").GetProperty("linkinfo").GetProperty("info_data").GetProperty("table").GetInt32());
    }

    [Fact]
    public void Vrf_GivesAddressesAndRoutesBack_WhenAnEarlierDelOnlyTookTheInterfaceOut()
    {
        string before = State();
        Add();
        Ip("link set eth0 nomaster");
        Del();
        Assert.False(_pod.HasLink("blue"));
        Assert.Equal(before, State());
    }

    [Fact]
    public void Vrf_LeavesAnotherNetworksDefaultRouteWhereItIs()
    {
        string before = State();
        Add();
        Interface("eth1", "10.1.3.5/24", "fd00:3::5/64");
        Ip("route add default via 10.1.3.1");
        Del();
        Assert.Equal(before, State());
        Assert.Contains("dev eth1", _pod.Exec("ip", "route get 192.0.2.1"));
    }

    [Fact]
    public void Vrf_IsNotTouchedByARefusedAdd()
    {
        Interface("net1", "10.1.3.5/24", "fd00:3::5/64");
        Add("\"vrfname\":\"blue\",\"table\":77");
        foreach (var (keys, ifName, message) in ((string, string, string)[])[
            ("\"vrfname\":\"blue\",\"table\":78", "net1", "cmdAdd failed: VRF blue already exist with different routing table 77"),
            ("\"vrfname\":\"pnet1\"", "net1", "cmdAdd failed: Netlink pnet1 is not a VRF"),
            ("\"vrfname\":\"blue\"", "eth0", "cmdAdd failed: interface eth0 has already a master set: blue"),
            ("\"vrfname\":\"blue\"", "eth7", "cmdAdd failed: could not get link by name eth7")])
        {
            Assert.Equal(message, Assert.Throws<CniException>(() => Add(keys, ifName)).Message);
        }
        Assert.Single(Records());
        Assert.Equal(0, TestNode.TryExec(_pod.Path, "ip", "link show net1").Output.Split("master").Length - 1);
        _node.Call(CniVerb.Check, Config("\"vrfname\":\"blue\",\"table\":77"), _pod);
        // The kernel keeps no VRF without table.
        Assert.StartsWith("cmdAdd failed: could not add VRF", Assert.Throws<CniException>(() => Add("\"vrfname\":\"all\"", "net1")).Message);
        Assert.Single(Records());
    }

    [Fact]
    public void Vrf_ThatWasThereBefore_IsLeftAloneByWhatNeverJoinedIt()
    {
        const string other = "\"vrfname\":\"blue\",\"table\":78";
        Ip("link add blue type vrf table 9", "link set blue up");
        Assert.Equal("cmdAdd failed: VRF blue already exist with different routing table 9", Assert.Throws<CniException>(() => Add(other)).Message);
        _node.Call(CniVerb.Del, Config(other), _pod);
        Del();
        _node.Call(CniVerb.Gc, """{"cniVersion":"1.1.0","name":"net","type":"vrf","vrfname":"blue","cni.dev/valid-attachments":[]}""");
        Assert.True(_pod.HasLink("blue"));
        // Joined, and left as the last one: then it goes, as with the reference.
        Add();
        Del();
        Assert.False(_pod.HasLink("blue"));
        // Another one by the name of that which ADD made.
        Add();
        Ip("link del blue", "link add blue type vrf table 9");
        Del();
        Assert.True(_pod.HasLink("blue"));
        Assert.Empty(Records());
    }

    [Fact]
    public void Vrf_WorksWithInterfacesThatKeepTheirAddresses()
    {
        _pod.Exec("sysctl", "-qw net.ipv6.conf.eth0.keep_addr_on_down=1");
        string before = State();
        Add();
        Assert.Contains("fd00:1::5/64", _pod.Exec("ip", "addr show dev eth0"));
        Del();
        Assert.Equal(before, State());
    }

    [Theory]
    [InlineData("link set eth0 nomaster", "failed to find eth0 associated to vrf blue")]
    [InlineData("link set blue down", "VRF blue is down")]
    [InlineData("link del blue", "VRF blue not found")]
    [InlineData("route del 10.9.0.0/16 table 1", "Expected Route 10.9.0.0/16 not found in table 1")]
    [InlineData("addr del fd00:1::5/64 dev eth0", "Failed to match addr fd00:1::5/64 on interface eth0")]
    public void Vrf_FailsCheck_WhenSomebodyManipulated(string command, string message)
    {
        Add();
        Ip(command);
        Assert.Equal(message, Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, Config(), _pod)).Message);
        Del();
        Assert.False(_pod.HasLink("blue"));
    }

    [Fact]
    public void Vrf_ReleasesWhatItCan_WhateverIsGone()
    {
        // What the reference attached: no record.
        Ip("link add blue type vrf table 9", "link set blue up", "link set eth0 master blue");
        Del();
        Assert.False(_pod.HasLink("blue"));
        // The interface is gone, and the configuration changed.
        Add();
        Ip("link del eth0");
        _node.Call(CniVerb.Del, Config("\"vrfname\":\"green\",\"table\":\"x\""), _pod);
        Assert.False(_pod.HasLink("blue"));
        // The namespace is gone.
        Interface("net1", "10.1.3.5/24", "fd00:3::5/64");
        Add(ifName: "net1");
        _pod.Vanish();
        Del("net1");
        Assert.Empty(Records());
        Assert.False(File.Exists(_pod.Path));
    }

    [Fact]
    public void Vrf_SeparatesOverlappingAddresses()
    {
        var (left, right) = (_node.AddPod(), _node.AddPod());
        foreach (var (name, peer) in ((string, TestNode.Pod)[])[("net1", left), ("net2", right)])
        {
            Ip($"link add {name} type veth peer name far{name}");
            _pod.Exec("ip", $"link set far{name} netns {peer.Path} name eth0");
            Ip($"link set {name} up", $"addr add 10.5.0.1/24 dev {name}");
            foreach (string command in (string[])["addr add 10.5.0.2/24 dev eth0", "link set eth0 up", "link set lo up", $"addr add 10.77.0.{(peer == left ? 1 : 2)}/32 dev lo"])
                peer.Exec("ip", command);
            Ip($"route add 10.77.0.{(peer == left ? 1 : 2)}/32 via 10.5.0.2 dev {name}");
            Add($"\"vrfname\":\"vrf-{name}\"", name);
        }
        // Both neighbours have one and the same address; each VRF reaches its own, and only its own network behind it.
        foreach (var (vrf, own, other) in ((string, int, int)[])[("vrf-net1", 1, 2), ("vrf-net2", 2, 1)])
        {
            Assert.Equal(0, TestNode.TryExec(_pod.Path, "ping", $"-n -c 1 -w 60 -I {vrf} 10.5.0.2").Code);
            Assert.Equal(0, TestNode.TryExec(_pod.Path, "ping", $"-n -c 1 -w 60 -I {vrf} 10.77.0.{own}").Code);
            Assert.NotEqual(0, TestNode.TryExec(_pod.Path, "ping", $"-n -c 1 -W 1 -I {vrf} 10.77.0.{other}").Code);
        }
    }
}
