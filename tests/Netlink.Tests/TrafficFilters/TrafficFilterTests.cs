using System.Text.Json;

namespace MultiNet.Netlink.Tests.TrafficFilters;

public sealed class TrafficFilterTests : IDisposable
{
    private readonly TestNamespace _host = new();
    private readonly int _link;
    private readonly Link _ifb;

    public TrafficFilterTests()
    {
        _link = _host.AddVeth();
        _ifb = _host.Socket.LinkAdd(new IfbSpec { Name = "ifb-test", Mtu = 1400, TxQueueLength = 0, Up = true });
    }

    public void Dispose() => _host.Dispose();

    private JsonElement Shown(string kind, string parent) => Assert.Single(
        _host.Json("tc", $"-j -s filter show dev a {parent}").EnumerateArray(),
        item => item.GetProperty("kind").GetString() == kind && item.TryGetProperty("options", out var options) && options.TryGetProperty("actions", out _));

    private static TrafficFilter Expected(int link, string kind, TrafficHandle parent, params MirredAction[] actions) => new()
    {
        LinkIndex = link, Kind = kind, Parent = parent, Priority = 1, Protocol = TrafficFilter.EveryProtocol, MatchesEverything = true, Actions = actions,
    };

    // Records compare lists by reference.
    private static void Equal(TrafficFilter expected, TrafficFilter actual)
    {
        Assert.Equal(expected.Actions, actual.Actions);
        Assert.Equal(expected, actual with { Actions = expected.Actions });
    }

    [Fact]
    public void TrafficFilterAdd_RedirectsEverything_WithU32()
    {
        var action = new MirredAction(_ifb.Index);
        _host.Socket.QdiscAdd(_link, new IngressSpec());
        _host.Socket.TrafficFilterAdd(_link, new U32MatchAllSpec { Class = TrafficHandle.Of(1, 1), Actions = [action] });
        var shown = Shown("u32", "parent ffff:");
        Assert.Equal("all", shown.GetProperty("protocol").GetString());
        Assert.Equal(1, shown.GetProperty("pref").GetInt32());
        Assert.Equal("1:1", shown.GetProperty("options").GetProperty("flowid").GetString());
        var mirred = Assert.Single(shown.GetProperty("options").GetProperty("actions").EnumerateArray().ToList());
        Assert.Equal("mirred", mirred.GetProperty("kind").GetString());
        Assert.Equal("redirect", mirred.GetProperty("mirred_action").GetString());
        Assert.Equal("egress", mirred.GetProperty("direction").GetString());
        Assert.Equal("ifb-test", mirred.GetProperty("to_dev").GetString());
        Assert.Equal("stolen", mirred.GetProperty("control_action").GetProperty("type").GetString());
        Equal(Expected(_link, "u32", TrafficHandle.IngressQdisc, action), Assert.Single(_host.Socket.TrafficFilterList(_link, TrafficHandle.IngressQdisc)));

        _host.Socket.TrafficFilterDelete(_link, new U32MatchAllSpec());
        Assert.Empty(_host.Socket.TrafficFilterList(_link, TrafficHandle.IngressQdisc));
    }

    [Fact]
    [Trait("Kernel", "vm")]
    public void TrafficFilterAdd_RedirectsWhatGoesOut_WithMatchall()
    {
        MirredAction[] actions = [new(_ifb.Index) { Redirect = false, Control = TrafficControl.Pipe }, new(_ifb.Index)];
        _host.Socket.QdiscAdd(_link, new ClsactSpec());
        _host.Socket.TrafficFilterAdd(_link, new MatchAllSpec { Parent = TrafficHandle.ClsactEgress, Actions = actions });
        var shown = Shown("matchall", "egress").GetProperty("options").GetProperty("actions").EnumerateArray().ToList();
        Assert.Equal(["mirror", "redirect"], shown.Select(a => a.GetProperty("mirred_action").GetString()));
        Equal(Expected(_link, "matchall", TrafficHandle.ClsactEgress, actions), Assert.Single(_host.Socket.TrafficFilterList(_link, TrafficHandle.ClsactEgress)));
        Assert.Empty(_host.Socket.TrafficFilterList(_link, TrafficHandle.ClsactIngress));
    }

    [Fact]
    public void TrafficFilterList_ReadsWhatTcMade()
    {
        _host.Exec("tc", "qdisc add dev a ingress");
        _host.Exec("tc", "filter add dev a parent ffff: protocol ip prio 7 u32 match ip dst 10.0.0.0/8 action mirred egress mirror dev ifb-test");
        _host.Exec("tc", "filter add dev a parent ffff: protocol all prio 9 u32 match u32 0 0 action mirred egress redirect dev ifb-test");
        var filters = _host.Socket.TrafficFilterList(_link, TrafficHandle.IngressQdisc);
        Assert.Equal([(7, 0x800, false), (9, 3, true)], filters.Select(f => ((int)f.Priority, (int)f.Protocol, f.MatchesEverything)));
        Assert.Equal([false, true], filters.Select(f => f.Actions[0].Redirect));
    }

    [Fact]
    public void TrafficFilterAdd_NeedsAPlace()
    {
        Assert.Empty(_host.Socket.TrafficFilterList(_link, TrafficHandle.IngressQdisc));
        var error = Assert.Throws<NetlinkException>(() => _host.Socket.TrafficFilterAdd(_link, new U32MatchAllSpec { Actions = [new MirredAction(_ifb.Index)] }));
        Assert.Equal("EINVAL", error.ErrnoName);
        _host.Socket.QdiscAdd(_link, new IngressSpec());
        Assert.Equal("ENODEV", Assert.Throws<NetlinkException>(() => _host.Socket.TrafficFilterAdd(_link, new U32MatchAllSpec { Actions = [new MirredAction(9999)] })).ErrnoName);
    }

    [Fact]
    public void IfbSpec_MakesABlockWithoutAQueue()
    {
        var shown = _host.IpOne("link show dev ifb-test");
        Assert.Equal("ifb", shown.GetProperty("linkinfo").GetProperty("info_kind").GetString());
        Assert.Equal(1400, shown.GetProperty("mtu").GetInt32());
        Assert.False(shown.TryGetProperty("txqlen", out var length) && length.GetInt32() != 0);
        Assert.Contains("UP", shown.GetProperty("flags").EnumerateArray().Select(f => f.GetString()));
    }
}
