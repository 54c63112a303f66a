using System.Text.Json;
using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Bond;

[Trait("Kernel", "vm")]
public sealed class BondTests : IDisposable
{
    private readonly TestNode _node = new();
    private readonly TestNode.Pod _pod;

    public BondTests() => _pod = _node.AddPod();

    public void Dispose() => _node.Dispose();

    private static string Config(string keys = "", string ipam = "") =>
        $$"""{"cniVersion":"1.1.0","name":"net","type":"bond","mode":"active-backup","miimon":"100","links":[{"name":"m1"},{"name":"m2"}]{{keys}}{{ipam}}}""";

    private const string Ipam = ",\"ipam\":{\"type\":\"fake\"}";

    private const string InContainer = ",\"linksInContainer\":true";

    /// <summary>Two members with the other ends on a bridge of the host, which has an address.</summary>
    private void Wire(bool inContainer = true)
    {
        string where = inContainer ? $"netns {_pod.Path}" : "up";
        foreach (string command in (string[])["link add br0 type bridge", "addr add 10.1.2.1/24 dev br0", "link set br0 up",
            "link add m1 type veth peer name w1", "link add m2 type veth peer name w2", "link set w1 up master br0", "link set w2 up master br0",
            $"link set m1 {where}", $"link set m2 {where}"])
        {
            _node.OnHost("ip", command);
        }
    }

    private static JsonElement Data(JsonElement bond) => bond.GetProperty("linkinfo").GetProperty("info_data");

    private string Masters() => string.Join(',', ((string[])["m1", "m2"]).Select(m => _pod.Link(m).TryGetProperty("master", out var master) ? master.GetString() : "-"));

    private string[] Records() => Directory.GetFiles(_node.Folder, "*.json", SearchOption.AllDirectories);

    [Fact]
    public void Bond_GoesOnWithTheOtherMember_WhenTheActiveOneFails()
    {
        Wire();
        var result = _node.Add(Config(InContainer + ",\"failOverMac\":1", Ipam), _pod);
        Assert.Equal(["eth0"], result.Interfaces.Select(i => i.Name));
        Assert.Equal((1500, _pod.Path), (result.Interfaces[0].Mtu, result.Interfaces[0].Sandbox));
        Assert.Equal("eth0,eth0", Masters());
        Assert.Equal("active-backup", Data(_pod.Link()).GetProperty("mode").GetString());
        Assert.True(_pod.CanPing("10.1.2.1"));
        string active = Data(_pod.Link()).GetProperty("active_slave").GetString()!;
        _node.OnHost("ip", $"link set {active.Replace('m', 'w')} down");
        // A packet may be lost while it changes over.
        Assert.Contains(true, Enumerable.Range(0, 15).Select(_ => TestNode.TryExec(_pod.Path, "ping", "-n -c 1 -W 2 10.1.2.1").Code == 0));
        Assert.NotEqual(active, Data(_pod.Link()).GetProperty("active_slave").GetString());
        _node.Call(CniVerb.Check, TestNode.WithPrevResult(Config(InContainer + ",\"failOverMac\":1", Ipam), result), _pod);
    }

    [Fact]
    public void Bond_GivesMembersItsAddress_WhichTheirOwnPluginsAccept()
    {
        foreach (string command in (string[])["link add up0 type dummy", "link set up0 up", "link add dev0 type dummy"])
            _node.OnHost("ip", command);
        string[] members = ["m1", "m2"];
        string[] configs = ["""{"cniVersion":"1.1.0","name":"first","type":"macvlan","master":"up0"}""", """{"cniVersion":"1.1.0","name":"second","type":"host-device","device":"dev0"}"""];
        for (int i = 0; i < members.Length; i++)
            configs[i] = TestNode.WithPrevResult(configs[i], _node.Add(configs[i], _pod, members[i]));
        void Check(int i) => _node.Call(CniVerb.Check, configs[i], _pod, members[i]);
        string Found(int i) => Assert.Throws<CniException>(() => Check(i)).Message;
        string config = Config(InContainer + ",\"failOverMac\":0,\"mac\":\"0a:00:00:00:00:07\"");
        _node.Add(config, _pod);
        for (int i = 0; i < members.Length; i++)
        {
            Assert.Equal("0a:00:00:00:00:07", _pod.Link(members[i]).GetProperty("address").GetString());
            Check(i);
            // Neither its own nor the bond's.
            _pod.Exec("ip", $"link set {members[i]} address 0a:00:00:00:00:0{i + 1}");
            Assert.EndsWith($"doesn't match container Mac: 0a:00:00:00:00:0{i + 1}", Found(i));
            _pod.Exec("ip", $"link set {members[i]} address 0a:00:00:00:00:07");
        }
        _node.Call(CniVerb.Del, config, _pod);
        for (int i = 0; i < members.Length; i++)
        {
            Check(i);
            // What a bond may do to its members, nobody else may.
            _pod.Exec("ip", $"link set {members[i]} address 0a:00:00:00:00:07");
            Assert.EndsWith("doesn't match container Mac: 0a:00:00:00:00:07", Found(i));
        }
    }

    [Fact]
    public void Bond_TakesMembersFromTheHost_AndGivesThemBackAsTheyWere()
    {
        Wire(inContainer: false);
        _node.OnHost("ip", "link set m2 down");
        _node.OnHost("ip", "link set m1 mtu 1600");
        string Describe() => string.Join('\n', ((string[])["m1", "m2"]).Select(m => _node.OnHost("ip", $"-br link show {m}").Replace("LOWERLAYERDOWN", "UP")).Select(l => l.Split("<")[0]))
            + _node.OnHost("ip", "-o link show m1").Split("mtu")[1].Split("qdisc")[0];
        string before = Describe();
        string status = Config();
        _node.Call(CniVerb.Status, status);
        var result = _node.Add(Config("", Ipam), _pod);
        Assert.Equal("eth0,eth0", Masters());
        Assert.Equal(CniErrorCode.PluginNotAvailable, Assert.Throws<CniException>(() => _node.Call(CniVerb.Status, status)).Code);
        Assert.True(_pod.CanPing("10.1.2.1"));
        string config = TestNode.WithPrevResult(Config("", Ipam), result);
        _node.Call(CniVerb.Del, config, _pod);
        Assert.False(_pod.HasLink());
        Assert.False(_pod.HasLink("m1"));
        Assert.Equal(before, Describe());
        Assert.Empty(Records());
        _node.Call(CniVerb.Del, config, _pod);
        Assert.Equal(before, Describe());
        Assert.Equal(["ADD fake eth0", "DEL fake eth0", "DEL fake eth0"], _node.Ipam.Calls);
    }

    [Fact]
    public void Bond_LetsMembersOfTheContainerGo_AsTheyWere()
    {
        Wire();
        _pod.Exec("ip", "link set m1 up");
        string mac = _pod.Link("m2").GetProperty("address").GetString()!;
        string config = Config(InContainer);
        var result = _node.Add(config, _pod);
        Assert.Empty(result.IPs);
        _node.Call(CniVerb.Check, TestNode.WithPrevResult(config, result), _pod);
        // Whatever the configuration says by now.
        _node.Call(CniVerb.Del, """{"cniVersion":"1.1.0","name":"net","type":"bond","links":7}""", _pod);
        Assert.False(_pod.HasLink());
        Assert.Equal("-,-", Masters());
        Assert.Contains("\"UP\"", _pod.Link("m1").GetProperty("flags").ToString());
        Assert.DoesNotContain("\"UP\"", _pod.Link("m2").GetProperty("flags").ToString());
        Assert.Equal(mac, _pod.Link("m2").GetProperty("address").GetString());
    }

    [Theory]
    [InlineData("balance-rr", "")]
    [InlineData("balance-xor", ",\"xmitHashPolicy\":\"layer3+4\"")]
    [InlineData("broadcast", ",\"allSlavesActive\":1")]
    [InlineData("802.3ad", ",\"mtu\":1400")]
    [InlineData("balance-tlb", ",\"tlbDynamicLb\":0")]
    [InlineData("balance-alb", ",\"mac\":\"0a:00:00:00:00:07\"")]
    public void Bond_HasEveryModeAndKey(string mode, string keys)
    {
        Wire();
        var result = _node.Add(Config(InContainer + keys).Replace("active-backup", mode), _pod, linkGroup: 5);
        var link = _pod.Link();
        Assert.Equal((mode, 100), (Data(link).GetProperty("mode").GetString(), Data(link).GetProperty("miimon").GetInt32()));
        Assert.Equal("5", link.GetProperty("group").GetString());
        Assert.Equal(keys.Contains("mtu") ? 1400 : 1500, link.GetProperty("mtu").GetInt32());
        if (keys.Contains("xmit"))
            Assert.Equal("layer3+4", Data(link).GetProperty("xmit_hash_policy").GetString());
        if (keys.Contains("allSlaves"))
            Assert.Equal(1, Data(link).GetProperty("all_slaves_active").GetInt32());
        if (keys.Contains("tlb"))
            Assert.Equal(0, Data(link).GetProperty("tlb_dynamic_lb").GetInt32());
        if (keys.Contains("mac"))
            Assert.Equal("0a:00:00:00:00:07", result.Interfaces[0].Mac);
        Assert.Equal(link.GetProperty("address").GetString(), result.Interfaces[0].Mac);
    }

    [Fact]
    public void Bond_GivesMembersOfOneAddressAddressesOfTheirOwn()
    {
        Wire();
        _pod.Exec("ip", "link set m1 address 0a:00:00:00:00:01");
        _pod.Exec("ip", "link set m2 address 0a:00:00:00:00:01");
        _node.Add(Config(InContainer + ",\"failOverMac\":1"), _pod);
        Assert.Equal("eth0,eth0", Masters());
        Assert.NotEqual(_pod.Link("m1").GetProperty("address").GetString(), _pod.Link("m2").GetProperty("address").GetString());
        _node.Call(CniVerb.Del, Config(InContainer), _pod);
        Assert.Equal("0a:00:00:00:00:01", _pod.Link("m2").GetProperty("address").GetString());
    }

    [Fact]
    public void Bond_LeavesNothing_WhenAStepFails()
    {
        Wire(inContainer: false);
        string before = _node.OnHost("ip", "-br link");
        _node.Ipam.Failure = verb => verb == CniVerb.Add ? new CniException(CniErrorCode.TryAgainLater, "exhausted") : null;
        foreach (var (keys, ipam, message) in ((string, string, string)[])[
            ("", Ipam, "exhausted"),
            (",\"mtu\":9000", "", "invalid MTU (9000). The requested MTU for bond is bigger than that of the slave link (m1), slave MTU (1500)"),
            (InContainer, "", "failed to confirm that link (m1) exists, error: Link not found"),
            (",\"ifname\":\"m1\"", "", "failed to")])
        {
            Assert.StartsWith(message, Assert.Throws<CniException>(() => _node.Add(Config(keys, ipam), _pod)).Message);
            Assert.Equal(before.Replace("UNKNOWN", "UP"), _node.OnHost("ip", "-br link").Replace("UNKNOWN", "UP"));
            Assert.False(_pod.HasLink());
            Assert.Empty(Records());
        }
        _node.OnHost("ip", "link set m2 master br0");
        Assert.Equal("the link m2 has a master already", Assert.Throws<CniException>(() => _node.Add(Config(), _pod)).Message);
        Assert.Equal(CniErrorCode.PluginNotAvailable, Assert.Throws<CniException>(() => _node.Call(CniVerb.Status, Config())).Code);
        _node.OnHost("ip", "link set m2 nomaster");
        _node.OnHost("ip", "link del w2");
        Assert.Equal("failed to confirm that link (m2) exists, error: Link not found", Assert.Throws<CniException>(() => _node.Add(Config(), _pod)).Message);
        Assert.False(_pod.HasLink("m1"));
    }

    [Fact]
    public void Bond_RefusesASecondAdd_AndLeavesTheFirst()
    {
        Wire();
        var result = _node.Add(Config(InContainer), _pod);
        Assert.StartsWith("failed to create bonded link (eth0): it exists already", Assert.Throws<CniException>(() => _node.Add(Config(InContainer), _pod)).Message);
        _node.Call(CniVerb.Check, TestNode.WithPrevResult(Config(InContainer), result), _pod);
        Assert.Single(Records());
    }

    [Fact]
    public void Bond_ReleasesWhatItCan_WhateverIsGone()
    {
        // Before any ADD, and without anything.
        _node.Call(CniVerb.Del, Config("", Ipam), _pod);
        // Another attachment took its member with it; the bond went with the others of the link group.
        Wire(inContainer: false);
        _node.Add(Config(), _pod);
        _pod.Exec("ip", "link del m1");
        _pod.Exec("ip", "link del eth0");
        _node.Call(CniVerb.Del, Config(), _pod);
        Assert.Contains("m2", _node.HostLinks());
        Assert.False(_pod.HasLink("m2"));
        // What the original attached: no record.
        _node.OnHost("ip", "link add m1 type dummy");
        _node.Add(Config(), _pod);
        Array.ForEach(Records(), File.Delete);
        _node.Call(CniVerb.Del, Config(), _pod);
        Assert.Contains("m1", _node.HostLinks());
        Assert.Contains("m2", _node.HostLinks());
        Assert.False(_pod.HasLink());
        // The namespace is gone.
        _node.Add(Config(), _pod);
        _pod.Vanish();
        _node.Call(CniVerb.Del, Config("", Ipam), _pod);
        Assert.Empty(Records());
    }

    [Fact]
    public void Bond_IsCollected_WhenNoValidAttachmentHasIt()
    {
        Wire(inContainer: false);
        _node.Add(Config(), _pod);
        _node.Call(CniVerb.Gc, Config());
        _node.Call(CniVerb.Gc, Config($$""","cni.dev/valid-attachments":[{"containerID":"{{_pod.Id}}","ifname":"eth0"}]"""));
        Assert.True(_pod.HasLink());
        _node.Call(CniVerb.Gc, Config(",\"cni.dev/valid-attachments\":[]", Ipam));
        Assert.False(_pod.HasLink());
        Assert.Contains("m1", _node.HostLinks());
        Assert.Empty(Records());
        Assert.Equal(["GC fake "], _node.Ipam.Calls);
    }

    [Theory]
    [InlineData("link set m2 nomaster", "the link m2 is no member of the bond eth0")]
    [InlineData("link set eth0 down", "Interface eth0 is down")]
    [InlineData("link set eth0 mtu 1300", "the bond eth0 has the MTU 1300")]
    [InlineData("addr del 10.1.2.5/24 dev eth0", "Failed to match addr 10.1.2.5/24 on interface eth0")]
    [InlineData("link set eth0 address 0a:00:00:00:00:09", "Interface eth0 Mac ")]
    [InlineData("link del eth0", "Interface name eth0 not found")]
    public void Bond_FailsCheck_WhenSomebodyManipulated(string command, string message)
    {
        Wire();
        string config = Config(InContainer + ",\"mtu\":1400", Ipam);
        config = TestNode.WithPrevResult(config, _node.Add(config, _pod));
        _node.Call(CniVerb.Check, config, _pod);
        _pod.Exec("ip", command);
        Assert.StartsWith(message, Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, config, _pod)).Message);
    }
}
