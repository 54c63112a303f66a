using System.Text.Json;

namespace MultiNet.Netlink.Tests.Links;

/// <summary>Kinds of interfaces that not every kernel has.</summary>
[Trait("Kernel", "vm")]
public sealed class LinkKindTests : IDisposable
{
    private static readonly MacAddress s_mac = MacAddress.Parse("0a:58:0a:01:02:03");

    private readonly TestNamespace _host = new();
    private readonly TestNamespace _pod = new();
    private readonly int _parent;

    public LinkKindTests() => _parent = _host.AddVeth();

    public void Dispose()
    {
        _pod.Dispose();
        _host.Dispose();
    }

    [Theory]
    [InlineData(MacvlanMode.Private, "private")]
    [InlineData(MacvlanMode.Vepa, "vepa")]
    [InlineData(MacvlanMode.Bridge, "bridge")]
    [InlineData(MacvlanMode.Passthru, "passthru")]
    public void Macvlan_IsMadeInThePod_InOneMessage(MacvlanMode mode, string text)
    {
        _host.Socket.LinkAdd(
            new MacvlanSpec
            {
                Name = "net1",
                ParentIndex = _parent,
                MacAddress = s_mac,
                Mtu = 1400,
                Group = 4711,
                Macvlan = new MacvlanSettings { Mode = mode, BroadcastQueueLength = 2000 },
            },
            _pod.Namespace);

        var link = _pod.IpOne("link show net1");
        Assert.Equal(text, Data(link, "macvlan").GetProperty("mode").GetString());
        Assert.Equal(2000, Data(link, "macvlan").GetProperty("bcqueuelen").GetInt32());
        Assert.Equal(1400, link.GetProperty("mtu").GetInt32());
        Assert.Equal("4711", link.GetProperty("group").GetString());
        // There the kernel takes the parent's address, whatever it is asked for.
        var mac = mode == MacvlanMode.Passthru ? _host.Socket.LinkGet(_parent).MacAddress : s_mac;
        Assert.Equal(mac.ToString(), link.GetProperty("address").GetString());
        var read = _pod.Socket.LinkGet("net1");
        Assert.Equal(new MacvlanSettings { Mode = mode, BroadcastQueueLength = 2000 }, read.Macvlan);
        Assert.Equal((_parent, "macvlan"), (read.ParentIndex, read.Kind));
        Assert.NotNull(read.ParentNamespaceId);
    }

    [Theory]
    [InlineData(IpvlanMode.L2, IpvlanFlags.None, "l2", "bridge")]
    [InlineData(IpvlanMode.L3, IpvlanFlags.Private, "l3", "private")]
    [InlineData(IpvlanMode.L3S, IpvlanFlags.Vepa, "l3s", "vepa")]
    public void Ipvlan_HasItsModeAndFlags(IpvlanMode mode, IpvlanFlags flags, string modeText, string flagText)
    {
        var spec = new IpvlanSpec { Name = "net1", ParentIndex = _parent, Ipvlan = new IpvlanSettings { Mode = mode, Flags = flags } };
        _host.Socket.LinkAdd(spec, _pod.Namespace);
        var data = Data(_pod.IpOne("link show net1"), "ipvlan");
        Assert.Equal(modeText, data.GetProperty("mode").GetString());
        Assert.Contains(flagText, data.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(spec.Ipvlan, _pod.Socket.LinkGet("net1").Ipvlan);
    }

    [Theory]
    [InlineData(VlanProtocol.Ieee8021Q, "802.1Q")]
    [InlineData(VlanProtocol.Ieee8021Ad, "802.1ad")]
    public void Vlan_HasIdProtocolAndPriorities(VlanProtocol protocol, string text)
    {
        var settings = new VlanSettings
        {
            Id = 4094,
            Protocol = protocol,
            EgressPriorities = [new VlanPriority(0, 3), new VlanPriority(6, 7)],
            IngressPriorities = [new VlanPriority(5, 1)],
        };
        _host.Socket.LinkAdd(new VlanSpec { Name = "net1", ParentIndex = _parent, Vlan = settings }, _pod.Namespace);
        var data = Data(_pod.IpOne("link show net1"), "vlan");
        Assert.Equal(text, data.GetProperty("protocol").GetString());
        Assert.Equal(4094, data.GetProperty("id").GetInt32());
        var read = _pod.Socket.LinkGet("net1").Vlan!;
        Assert.Equal((settings.Id, settings.Protocol), (read.Id, read.Protocol));
        Assert.Equal(settings.EgressPriorities, read.EgressPriorities.OrderBy(priority => priority.From));
        Assert.Equal(settings.IngressPriorities, read.IngressPriorities.Where(priority => priority.To != 0));
    }

    [Fact]
    public void Vlan_ExistsOnceForEachParentAndId()
    {
        _host.Socket.LinkAdd(new VlanSpec { Name = "net1", ParentIndex = _parent, Vlan = new VlanSettings { Id = 5 } }, _pod.Namespace);
        var second = new VlanSpec { Name = "net2", ParentIndex = _parent, Vlan = new VlanSettings { Id = 5 } };
        Assert.True(Assert.Throws<NetlinkException>(() => _host.Socket.LinkAdd(second, _pod.Namespace)).IsExists);
        _host.Socket.LinkAdd(second with { Vlan = new VlanSettings { Id = 5, Protocol = VlanProtocol.Ieee8021Ad } }, _pod.Namespace);
        Assert.Equal(3, _pod.Socket.LinkList().Count);
    }

    [Fact]
    public void Dummy_IsMadeUp()
    {
        var made = _pod.Socket.LinkAdd(new DummySpec { Name = "net1", MacAddress = s_mac, Mtu = 9000, Up = true });
        Assert.Equal(("dummy", s_mac, 9000, true), (made.Kind, made.MacAddress, made.Mtu, made.IsUp));
        Assert.Equal("dummy", _pod.IpOne("link show net1").GetProperty("linkinfo").GetProperty("info_kind").GetString());
    }

    [Fact]
    public void Vrf_HasItsTable_AndTakesPorts()
    {
        var vrf = _host.Socket.LinkAdd(new VrfSpec { Name = "blue", Table = 1001, Up = true });
        Assert.Equal(1001u, vrf.VrfTable);
        Assert.Equal(1001, Data(_host.IpOne("link show blue"), "vrf").GetProperty("table").GetInt32());
        _host.Socket.LinkSet(_parent, new LinkChange { MasterIndex = vrf.Index });
        Assert.Equal("blue", _host.IpOne("link show a").GetProperty("master").GetString());
    }

    [Fact]
    public void Bond_HasItsSettings_AndTakesPorts()
    {
        var settings = new BondSettings
        {
            Mode = BondMode.ActiveBackup,
            MonitorInterval = 100,
            FailOverMac = BondFailOverMac.Active,
            TransmitHash = BondTransmitHash.Layer34,
            AllPortsActive = true,
        };
        var bond = _host.Socket.LinkAdd(new BondSpec { Name = "bond1", Mtu = 1400, Bond = settings });
        var data = Data(_host.IpOne("link show bond1"), "bond");
        Assert.Equal("active-backup", data.GetProperty("mode").GetString());
        Assert.Equal(100, data.GetProperty("miimon").GetInt32());
        Assert.Equal("active", data.GetProperty("fail_over_mac").GetString());
        Assert.Equal("layer3+4", data.GetProperty("xmit_hash_policy").GetString());
        Assert.Equal(1, data.GetProperty("all_slaves_active").GetInt32());
        Assert.Equal(settings, _host.Socket.LinkGet("bond1").Bond! with { DynamicLoad = null });
        _host.Socket.LinkSet(_parent, new LinkChange { Up = false });
        _host.Socket.LinkSet(_parent, new LinkChange { MasterIndex = bond.Index });
        Assert.Equal("bond1", _host.IpOne("link show a").GetProperty("master").GetString());
    }

    [Fact]
    public void Bond_BalancesByHash_WhenDynamicLoadIsOff()
    {
        _host.Socket.LinkAdd(new BondSpec { Name = "bond1", Bond = new BondSettings { Mode = BondMode.TransmitLoad, DynamicLoad = false } });
        var data = Data(_host.IpOne("link show bond1"), "bond");
        Assert.Equal(("balance-tlb", 0), (data.GetProperty("mode").GetString(), data.GetProperty("tlb_dynamic_lb").GetInt32()));
        Assert.False(_host.Socket.LinkGet("bond1").Bond!.DynamicLoad);
    }

    [Fact]
    public void LinkDeleteGroup_TakesEveryKindOfAPod_AndNothingElse()
    {
        _host.Socket.LinkAdd(new MacvlanSpec { Name = "net1", ParentIndex = _parent, Group = 4711 }, _pod.Namespace);
        _host.Socket.LinkAdd(new VlanSpec { Name = "net2", ParentIndex = _parent, Group = 4711, Vlan = new VlanSettings { Id = 5 } }, _pod.Namespace);
        _pod.Socket.LinkAdd(new DummySpec { Name = "net3", Group = 4711 });
        _pod.Socket.LinkAdd(new DummySpec { Name = "other" });
        _host.Exec("modprobe", "tun");
        TapDevice.Create(_pod.Namespace, "net4", new TapSettings());
        _pod.Socket.LinkSet("net4", new LinkChange { Group = 4711 });
        // A parent has macvlan or ipvlan interfaces, not both.
        int second = _host.AddVeth("c", "d");
        _host.Socket.LinkAdd(new IpvlanSpec { Name = "net5", ParentIndex = second, Group = 4711 }, _pod.Namespace);
        Assert.Equal(7, _pod.Socket.LinkList().Count);
        Assert.True(_pod.Socket.LinkDeleteGroup(4711));
        Assert.Equal(["lo", "other"], _pod.Socket.LinkList().Select(link => link.Name).Order());
        Assert.Equal(5, _host.Socket.LinkList().Count);
    }

    private static JsonElement Data(JsonElement link, string kind)
    {
        var info = link.GetProperty("linkinfo");
        Assert.Equal(kind, info.GetProperty("info_kind").GetString());
        return info.GetProperty("info_data");
    }
}
