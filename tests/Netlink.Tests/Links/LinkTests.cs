namespace MultiNet.Netlink.Tests.Links;

public class LinkTests
{
    private static readonly MacAddress s_mac = MacAddress.Parse("0a:58:0a:01:02:03");

    [Fact]
    public void LinkAdd_MakesAVethCompletely_InOneMessage()
    {
        using var host = new TestNamespace();
        using var pod = new TestNamespace();
        var bridge = host.Socket.LinkAdd(new BridgeSpec { Name = "br0", Up = true });
        var peerMac = MacAddress.Random();

        var link = host.Socket.LinkAdd(new VethSpec
        {
            Name = "veth1",
            MacAddress = s_mac,
            Mtu = 1400,
            TxQueueLength = 77,
            Group = 4711,
            MasterIndex = bridge.Index,
            Up = true,
            Peer = new VethPeer { Name = "eth0", Namespace = pod.Namespace, MacAddress = peerMac, Mtu = 1300, TxQueueLength = 99, Group = 12 },
        });

        var veth = host.IpOne("link show veth1");
        Assert.Equal(link.Index, veth.GetProperty("ifindex").GetInt32());
        Assert.Equal("0a:58:0a:01:02:03", veth.GetProperty("address").GetString());
        Assert.Equal(1400, veth.GetProperty("mtu").GetInt32());
        Assert.Equal(77, veth.GetProperty("txqlen").GetInt32());
        Assert.Equal("4711", veth.GetProperty("group").GetString());
        Assert.Equal("br0", veth.GetProperty("master").GetString());
        Assert.Contains("UP", veth.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()));
        var eth0 = pod.IpOne("link show eth0");
        Assert.Equal(link.ParentIndex, eth0.GetProperty("ifindex").GetInt32());
        Assert.Equal(peerMac.ToString(), eth0.GetProperty("address").GetString());
        Assert.Equal(1300, eth0.GetProperty("mtu").GetInt32());
        Assert.Equal(99, eth0.GetProperty("txqlen").GetInt32());
        Assert.Equal("12", eth0.GetProperty("group").GetString());
    }

    [Fact]
    public void LinkAdd_ReturnsWhatLinkGetReturns()
    {
        using var host = new TestNamespace();
        var bridge = host.Socket.LinkAdd(new BridgeSpec { Name = "br0" });
        var spec = new VethSpec { Name = "a", MasterIndex = bridge.Index, Group = 7, Peer = new VethPeer { Name = "b" } };
        var made = host.Socket.LinkAdd(spec);
        var read = host.Socket.LinkGet("a");
        Assert.Equal((read.Index, read.Name, read.Kind, read.MacAddress, read.Mtu, read.MasterIndex, read.ParentIndex, read.Group),
            (made.Index, made.Name, made.Kind, made.MacAddress, made.Mtu, made.MasterIndex, made.ParentIndex, made.Group));
        Assert.Equal(host.Socket.LinkGet("b").Index, made.ParentIndex);
    }

    [Fact]
    public void LinkAdd_PutsTheFirstEndElsewhere_WhenATargetIsGiven()
    {
        using var host = new TestNamespace();
        using var pod = new TestNamespace();
        host.Socket.LinkAdd(new VethSpec { Name = "eth0", Peer = new VethPeer { Name = "veth1" } }, pod.Namespace);
        Assert.True(pod.Socket.TryGetLink("eth0", out var eth0));
        // The peer follows the namespace that was asked, not the target.
        Assert.True(host.Socket.TryGetLink("veth1", out var veth));
        Assert.Equal(veth.Index, eth0.ParentIndex);
        Assert.NotNull(eth0.ParentNamespaceId);
    }

    [Fact]
    public void LinkAdd_ThrowsExists_WhenTheNameIsTaken()
    {
        using var host = new TestNamespace();
        host.Socket.LinkAdd(new BridgeSpec { Name = "br0" });
        var exception = Assert.Throws<NetlinkException>(() => host.Socket.LinkAdd(new BridgeSpec { Name = "br0" }));
        Assert.True(exception.IsExists);
        Assert.Equal("EEXIST", exception.ErrnoName);
        Assert.Equal("add link \"br0\" of kind bridge", exception.Operation);
        Assert.StartsWith("add link \"br0\" of kind bridge: file exists (EEXIST)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LinkAdd_ThrowsExists_WhenThePeerNameIsTaken()
    {
        using var host = new TestNamespace();
        host.Socket.LinkAdd(new BridgeSpec { Name = "br0" });
        var exception = Assert.Throws<NetlinkException>(
            () => host.Socket.LinkAdd(new VethSpec { Name = "a", Peer = new VethPeer { Name = "br0" } }));
        Assert.True(exception.IsExists);
        Assert.False(host.Socket.TryGetLink("a", out _));
    }

    [Theory]
    [InlineData("0123456789abcdef")]
    [InlineData("a/b")]
    [InlineData(".")]
    [InlineData("with space")]
    public void LinkAdd_ThrowsTyped_WhenTheNameIsInvalid(string name)
    {
        using var host = new TestNamespace();
        Assert.Throws<NetlinkException>(() => host.Socket.LinkAdd(new BridgeSpec { Name = name }));
    }

    [Fact]
    public void LinkSet_KeepsTheExplanationOfTheKernel()
    {
        using var host = new TestNamespace();
        int index = host.AddVeth();
        var exception = Assert.Throws<NetlinkException>(() => host.Socket.LinkSet(index, new LinkChange { Mtu = 10 }));
        Assert.Equal("mtu less than device minimum", exception.KernelMessage);
        Assert.Equal($"set link {index}: mtu 10: invalid argument (EINVAL): mtu less than device minimum", exception.Message);
    }

    [Fact]
    public void LinkAdd_MakesIfb()
    {
        using var host = new TestNamespace();
        Assert.Equal("ifb", host.Socket.LinkAdd(new IfbSpec { Name = "bwp0", Mtu = 1400 }).Kind);
        Assert.Equal("ifb", host.IpOne("link show bwp0").GetProperty("linkinfo").GetProperty("info_kind").GetString());
    }

    [Fact]
    public void LinkAdd_PinsTheAddressOfABridge_WhenOneIsGiven()
    {
        using var host = new TestNamespace();
        var bridge = host.Socket.LinkAdd(new BridgeSpec
        {
            Name = "br0",
            MacAddress = s_mac,
            Mtu = 1400,
            Up = true,
            Promiscuous = true,
            Bridge = new BridgeSettings { MulticastSnooping = false, AgeingTime = 1000, SpanningTree = true },
        });
        host.Socket.LinkAdd(new VethSpec
        {
            Name = "a",
            MacAddress = MacAddress.Parse("02:00:00:00:00:01"),
            Mtu = 1400,
            MasterIndex = bridge.Index,
            Peer = new VethPeer { Name = "b" },
        });
        var read = host.Socket.LinkGet("br0");
        Assert.Equal((s_mac, 1400, true), (read.MacAddress, read.Mtu, read.Flags.HasFlag(LinkFlags.Promiscuous)));
        Assert.Equal((false, 1000u, true), (read.Bridge!.MulticastSnooping, read.Bridge.AgeingTime, read.Bridge.SpanningTree));
        Assert.Equal(1, host.IpOne("link show br0").GetProperty("promiscuity").GetInt32());
    }

    [Fact]
    public void LinkGet_ThrowsNotFound_AndTryGetLinkIsFalse_WhenThereIsNone()
    {
        using var host = new TestNamespace();
        var exception = Assert.Throws<NetlinkException>(() => host.Socket.LinkGet("nothing"));
        Assert.Equal(("ENODEV", true), (exception.ErrnoName, exception.IsNotFound));
        Assert.Throws<NetlinkException>(() => host.Socket.LinkGet(4711));
        Assert.False(host.Socket.TryGetLink("nothing", out _));
        Assert.False(host.Socket.TryGetLink("much-longer-than-fifteen-bytes", out _));
        Assert.False(host.Socket.TryGetLink(4711, out _));
    }

    [Fact]
    public void LinkGet_FindsAnAlternativeName()
    {
        using var host = new TestNamespace();
        host.Socket.LinkAdd(new BridgeSpec { Name = "br0" });
        host.Exec("ip", "link property add dev br0 altname much-longer-than-fifteen-bytes");
        Assert.Equal("br0", host.Socket.LinkGet("much-longer-than-fifteen-bytes").Name);
    }

    [Fact]
    public void LinkList_IsComplete_WithMoreThanOneDatagram()
    {
        using var host = new TestNamespace();
        var batch = host.Socket.NewBatch();
        for (int i = 0; i < 120; i++)
            batch.LinkAdd(new VethSpec { Name = $"a{i}", Peer = new VethPeer { Name = $"b{i}" } });
        batch.Send();
        var links = host.Socket.LinkList();
        Assert.Equal(241, links.Count);
        Assert.Equal(241, links.Select(link => link.Index).Distinct().Count());
        Assert.Equal(
            host.Json("ip", "-j link show").EnumerateArray().Select(link => link.GetProperty("ifname").GetString()).Order(),
            links.Select(link => link.Name).Order());
    }

    [Fact]
    public void LinkSet_ChangesEverythingInOneMessage()
    {
        using var host = new TestNamespace();
        int index = host.AddVeth();
        host.Socket.LinkSet(index, new LinkChange
        {
            Up = false,
            Name = "renamed",
            MacAddress = s_mac,
            Mtu = 1234,
            TxQueueLength = 55,
            Alias = "eth9",
            Group = 99,
            Promiscuous = true,
            AllMulticast = true,
        });
        var link = host.IpOne("link show renamed");
        Assert.Equal(index, link.GetProperty("ifindex").GetInt32());
        Assert.Equal(s_mac.ToString(), link.GetProperty("address").GetString());
        Assert.Equal(1234, link.GetProperty("mtu").GetInt32());
        Assert.Equal(55, link.GetProperty("txqlen").GetInt32());
        Assert.Equal("eth9", link.GetProperty("ifalias").GetString());
        Assert.Equal("99", link.GetProperty("group").GetString());
        var flags = link.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()).ToList();
        Assert.Contains("PROMISC", flags);
        Assert.Contains("ALLMULTI", flags);
        Assert.DoesNotContain("UP", flags);
        Assert.Equal("eth9", host.Socket.LinkGet("renamed").Alias);

        host.Socket.LinkSet("renamed", new LinkChange { Up = true, Promiscuous = false, AllMulticast = false, Alias = "" });
        var read = host.Socket.LinkGet(index);
        Assert.Equal(("", true), (read.Alias, read.IsUp));
        Assert.Equal(LinkFlags.None, read.Flags & (LinkFlags.Promiscuous | LinkFlags.AllMulticast));
    }

    [Fact]
    public void LinkSet_SetsMasterAndPortSettingsTogether_AndTakesThemAway()
    {
        using var host = new TestNamespace();
        int index = host.AddVeth();
        int bridge = host.Socket.LinkAdd(new BridgeSpec { Name = "br0" }).Index;
        host.Socket.LinkSet(index, new LinkChange { MasterIndex = bridge, BridgePort = new BridgePortSettings { Hairpin = true, Isolated = true } });

        var port = Assert.Single(host.Json("bridge", "-j -d link show dev a").EnumerateArray());
        Assert.Equal("br0", port.GetProperty("master").GetString());
        Assert.True(port.GetProperty("hairpin").GetBoolean());
        Assert.True(port.GetProperty("isolated").GetBoolean());
        var read = host.Socket.LinkGet(index);
        Assert.Equal((true, true, true), (read.BridgePort!.Hairpin, read.BridgePort.Isolated, read.BridgePort.Learning));

        host.Socket.LinkSet(index, new LinkChange { BridgePort = new BridgePortSettings { Hairpin = false } });
        Assert.Equal((false, true), (host.Socket.LinkGet(index).BridgePort!.Hairpin, host.Socket.LinkGet(index).BridgePort!.Isolated));
        host.Socket.LinkSet(index, new LinkChange { MasterIndex = 0 });
        Assert.Equal((0, null), (host.Socket.LinkGet(index).MasterIndex, host.Socket.LinkGet(index).BridgePort));
    }

    [Fact]
    public void LinkSet_MovesAndRenames_InOneMessage()
    {
        using var host = new TestNamespace();
        using var pod = new TestNamespace();
        int index = host.AddVeth();
        host.Socket.LinkSet(index, new LinkChange { Namespace = pod.Namespace, Name = "eth0" });
        Assert.False(host.Socket.TryGetLink("a", out _));
        Assert.Equal("veth", pod.Socket.LinkGet("eth0").Kind);
    }

    [Fact]
    public void LinkSet_SaysWhatFailed()
    {
        using var host = new TestNamespace();
        var exception = Assert.Throws<NetlinkException>(() => host.Socket.LinkSet("nothing", new LinkChange { Up = true, Mtu = 1400 }));
        Assert.Equal("set link \"nothing\": mtu 1400, up", exception.Operation);
        Assert.True(exception.IsNotFound);
    }

    [Fact]
    public void LinkDelete_RemovesOne_AndThrowsNotFoundForNone()
    {
        using var host = new TestNamespace();
        int index = host.AddVeth();
        host.Socket.LinkDelete(index);
        Assert.False(host.Socket.TryGetLink("b", out _));
        Assert.True(Assert.Throws<NetlinkException>(() => host.Socket.LinkDelete(index)).IsNotFound);
        Assert.True(Assert.Throws<NetlinkException>(() => host.Socket.LinkDelete("a")).IsNotFound);
    }

    [Fact]
    public void LinkDeleteGroup_RemovesAllOfTheGroupOnly_AndTellsWhetherThereWasAny()
    {
        using var host = new TestNamespace();
        using var pod = new TestNamespace();
        for (int i = 0; i < 4; i++)
        {
            var peer = new VethPeer { Name = $"eth{i}", Namespace = pod.Namespace };
            host.Socket.LinkAdd(new VethSpec { Name = $"v{i}", Group = 4711, Peer = peer });
        }
        host.Socket.LinkAdd(new VethSpec { Name = "other", Group = 4712, Peer = new VethPeer { Name = "eth9", Namespace = pod.Namespace } });
        Assert.True(host.Socket.LinkDeleteGroup(4711));
        Assert.Equal(["lo", "other"], host.Socket.LinkList().Select(link => link.Name).Order());
        Assert.Equal(["eth9", "lo"], pod.Socket.LinkList().Select(link => link.Name).Order());
        Assert.False(host.Socket.LinkDeleteGroup(4711));
        Assert.Throws<ArgumentOutOfRangeException>(() => host.Socket.LinkDeleteGroup(0));
    }

    [Fact]
    public void Batch_GoesOnAfterAFailure_AndReportsEach()
    {
        using var host = new TestNamespace();
        int index = host.AddVeth();
        var batch = host.Socket.NewBatch()
            .LinkSet(index, new LinkChange { Mtu = 1400 })
            .LinkSet("nothing", new LinkChange { Up = true })
            .LinkSet(index, new LinkChange { Mtu = 1 })
            .LinkSet(index, new LinkChange { TxQueueLength = 5 });
        var exception = Assert.Throws<NetlinkException>(batch.Send);
        Assert.Equal("set link \"nothing\": up", exception.Operation);
        Assert.Equal(2, batch.Failures.Count);
        Assert.Equal($"set link {index}: mtu 1", batch.Failures[1].Operation);
        var link = host.Socket.LinkGet(index);
        Assert.Equal((1400, 5), (link.Mtu, link.TxQueueLength));
    }

    [Fact]
    public void Batch_DoesNothingBeforeSend_AndTheSocketMayBeUsedMeanwhile()
    {
        using var host = new TestNamespace();
        var batch = host.Socket.NewBatch();
        for (int i = 0; i < 100; i++)
            batch.LinkAdd(new IfbSpec { Name = $"ifb{i}" });
        Assert.Equal("lo", Assert.Single(host.Socket.LinkList()).Name);
        host.Socket.LinkSet(1, new LinkChange { Up = true });
        batch.LinkSet("ifb99", new LinkChange { Up = true });
        batch.Send();
        Assert.Equal(101, host.Socket.LinkList().Count);
        Assert.True(host.Socket.LinkGet("ifb99").IsUp);
        batch.Send();
        batch.LinkSet("ifb0", new LinkChange { Up = true }).Send();
        Assert.True(host.Socket.LinkGet("ifb0").IsUp);
    }

    [Fact]
    public void Batch_CannotBeSent_AfterAChangeWasRefused()
    {
        using var host = new TestNamespace();
        var batch = host.Socket.NewBatch().LinkAdd(new IfbSpec { Name = "ifb0" });
        Assert.Throws<ArgumentException>(() => batch.LinkSet("ifb0", new LinkChange { Name = "renamed" }));
        Assert.Throws<InvalidOperationException>(batch.Send);
        Assert.Equal("lo", Assert.Single(host.Socket.LinkList()).Name);
    }
}
