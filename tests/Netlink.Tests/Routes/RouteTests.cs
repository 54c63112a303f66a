using System.Net;
using System.Net.Sockets;

namespace MultiNet.Netlink.Tests.Routes;

public class RouteTests
{
    [Fact]
    public void RouteAdd_TakesEveryProperty_AsIpShowsThem()
    {
        using var host = new TestNamespace();
        int index = Prepare(host);
        var route = new Route
        {
            Destination = IPNetwork.Parse("10.9.0.0/16"),
            Gateway = IPAddress.Parse("10.1.0.254"),
            LinkIndex = index,
            Source = IPAddress.Parse("10.1.0.1"),
            Metric = 77,
            Table = 1000,
            Scope = RouteScope.Site,
            Type = RouteType.Unicast,
            Protocol = RouteProtocol.Static,
            Mtu = 1280,
            AdvertisedMss = 1200,
        };
        host.Socket.RouteAdd(route);

        var shown = host.IpOne("route show table 1000");
        Assert.Equal("10.9.0.0/16", shown.GetProperty("dst").GetString());
        Assert.Equal("10.1.0.254", shown.GetProperty("gateway").GetString());
        Assert.Equal("a", shown.GetProperty("dev").GetString());
        Assert.Equal("10.1.0.1", shown.GetProperty("prefsrc").GetString());
        Assert.Equal(77, shown.GetProperty("metric").GetInt32());
        Assert.Equal("site", shown.GetProperty("scope").GetString());
        Assert.Equal("static", shown.GetProperty("protocol").GetString());
        var metrics = shown.GetProperty("metrics")[0];
        Assert.Equal((1280, 1200), (metrics.GetProperty("mtu").GetInt32(), metrics.GetProperty("advmss").GetInt32()));
        Assert.Equal(route, Assert.Single(host.Socket.RouteList(new RouteFilter { Table = 1000 })));
    }

    [Fact]
    public void RouteAdd_TakesIPv6()
    {
        using var host = new TestNamespace();
        int index = Prepare(host);
        var route = new Route
        {
            Destination = IPNetwork.Parse("::/0"),
            Gateway = IPAddress.Parse("2001:db8::fe"),
            LinkIndex = index,
            Metric = 5,
            Mtu = 1400,
        };
        host.Socket.RouteAdd(route);
        var shown = host.IpOne("-6 route show default");
        Assert.Equal("2001:db8::fe", shown.GetProperty("gateway").GetString());
        Assert.Equal(5, shown.GetProperty("metric").GetInt32());
        Assert.Equal(1400, shown.GetProperty("metrics")[0].GetProperty("mtu").GetInt32());
        var read = Assert.Single(host.Socket.RouteList(new RouteFilter { Family = AddressFamily.InterNetworkV6 }), item => item.IsDefault);
        Assert.Equal(route with { Scope = RouteScope.Universe, Type = RouteType.Unicast, Protocol = RouteProtocol.Boot }, read);
    }

    [Fact]
    public void RouteAdd_WithScopeLink_HasNoGateway()
    {
        using var host = new TestNamespace();
        int index = Prepare(host);
        host.Socket.RouteAdd(new Route { Destination = IPNetwork.Parse("10.1.0.254/32"), LinkIndex = index, Scope = RouteScope.Link });
        Assert.Equal("link", host.IpOne("route show 10.1.0.254/32").GetProperty("scope").GetString());
    }

    [Fact]
    public void RouteAdd_OnLink_TakesAGatewayOfNoSubnet()
    {
        using var host = new TestNamespace();
        int index = Prepare(host);
        var route = new Route { Destination = IPNetwork.Parse("0.0.0.0/0"), Gateway = IPAddress.Parse("169.254.1.1"), LinkIndex = index };
        var exception = Assert.Throws<NetlinkException>(() => host.Socket.RouteAdd(route));
        Assert.Equal($"add route 0.0.0.0/0 via 169.254.1.1 dev {index}: network is unreachable (ENETUNREACH): Nexthop has invalid gateway",
            exception.Message);
        host.Socket.RouteAdd(route with { Flags = RouteFlags.OnLink });
        Assert.Equal("onlink", host.IpOne("route show default").GetProperty("flags")[0].GetString());
    }

    [Fact]
    public void RouteAdd_TakesAGatewayOfTheOtherFamily()
    {
        using var host = new TestNamespace();
        int index = Prepare(host);
        var route = new Route { Destination = IPNetwork.Parse("10.9.0.0/16"), Gateway = IPAddress.Parse("2001:db8::fe"), LinkIndex = index };
        host.Socket.RouteAdd(route);
        Assert.Equal("2001:db8::fe", host.IpOne("route show 10.9.0.0/16").GetProperty("via").GetProperty("host").GetString());
        Assert.Equal(route.Gateway, host.Socket.RouteList().Single(item => item.Destination == route.Destination).Gateway);
    }

    [Fact]
    public void RouteAdd_WithSeveralNextHops_IsReadBack()
    {
        using var host = new TestNamespace();
        int index = Prepare(host);
        var hops = new RouteNextHop[]
        {
            new() { LinkIndex = index, Gateway = IPAddress.Parse("10.1.0.2"), Weight = 3 },
            new() { LinkIndex = index, Gateway = IPAddress.Parse("10.1.0.3") },
        };
        host.Socket.RouteAdd(new Route { Destination = IPNetwork.Parse("10.9.0.0/16"), NextHops = hops });
        Assert.Equal(2, host.IpOne("route show 10.9.0.0/16").GetProperty("nexthops").GetArrayLength());
        var read = Assert.Single(host.Socket.RouteList(new RouteFilter { LinkIndex = index }), route => route.NextHops is not null);
        Assert.Equal(hops, read.NextHops);
    }

    [Fact]
    public void RouteAdd_Modes_DifferWhereARouteIsThere()
    {
        using var host = new TestNamespace();
        int index = Prepare(host);
        var route = new Route { Destination = IPNetwork.Parse("10.9.0.0/16"), Gateway = IPAddress.Parse("10.1.0.2"), LinkIndex = index };
        var other = route with { Gateway = IPAddress.Parse("10.1.0.3") };
        host.Socket.RouteAdd(route);
        Assert.True(Assert.Throws<NetlinkException>(() => host.Socket.RouteAdd(other)).IsExists);
        Assert.True(Assert.Throws<NetlinkException>(() => host.Socket.RouteAdd(route, RouteAddMode.Beside)).IsExists);
        host.Socket.RouteAdd(other, RouteAddMode.Beside);
        Assert.Equal(["10.1.0.3", "10.1.0.2"], Gateways());
        host.Socket.RouteAdd(route with { Gateway = IPAddress.Parse("10.1.0.4") }, RouteAddMode.Append);
        Assert.Equal(["10.1.0.3", "10.1.0.2", "10.1.0.4"], Gateways());
        host.Socket.RouteReplace(route with { Gateway = IPAddress.Parse("10.1.0.5") });
        Assert.Equal(["10.1.0.5", "10.1.0.2", "10.1.0.4"], Gateways());

        IEnumerable<string> Gateways() =>
            host.Ip("route show 10.9.0.0/16").EnumerateArray().Select(item => item.GetProperty("gateway").GetString()!);
    }

    [Fact]
    public void RouteDelete_MatchesWhatIsGivenOnly()
    {
        using var host = new TestNamespace();
        int index = Prepare(host);
        var route = new Route { Destination = IPNetwork.Parse("10.9.0.0/16"), LinkIndex = index, Scope = RouteScope.Link, Metric = 5 };
        host.Socket.RouteAdd(route);
        Assert.True(Assert.Throws<NetlinkException>(() => host.Socket.RouteDelete(route with { Metric = 6 })).IsNotFound);
        Assert.True(Assert.Throws<NetlinkException>(() => host.Socket.RouteDelete(route with { Table = 1000 })).IsNotFound);
        host.Socket.RouteDelete(new Route { Destination = route.Destination });
        Assert.DoesNotContain(host.Socket.RouteList(), item => item.Destination == route.Destination);
    }

    [Fact]
    public void RouteDelete_TakesEveryListedRoute()
    {
        using var host = new TestNamespace();
        int index = Prepare(host);
        host.Exec("ip", "route add blackhole 10.8.0.0/16 metric 3");
        host.Exec("ip", "route add default via 10.1.0.2 mtu 1300");
        host.Exec("ip", "-6 route add 2001:db8:1::/48 dev a metric 9");
        foreach (var route in host.Socket.RouteList(new RouteFilter { Protocol = RouteProtocol.Boot }))
            host.Socket.RouteDelete(route);
        Assert.Empty(host.Socket.RouteList(new RouteFilter { Protocol = RouteProtocol.Boot }));
        Assert.NotEmpty(host.Socket.RouteList(new RouteFilter { LinkIndex = index }));
    }

    [Fact]
    public void RouteList_FiltersByTableTypeAndLink()
    {
        using var host = new TestNamespace();
        int index = Prepare(host);
        host.Exec("ip", "route add 10.8.0.0/16 via 10.1.0.2 table 70000");
        host.Exec("ip", "route add unreachable 10.7.0.0/16");
        Assert.Equal("10.8.0.0/16", Assert.Single(host.Socket.RouteList(new RouteFilter { Table = 70000 })).Destination.ToString());
        Assert.Equal("10.7.0.0/16", Assert.Single(host.Socket.RouteList(new RouteFilter { Type = RouteType.Unreachable, Family = AddressFamily.InterNetwork })).Destination.ToString());
        Assert.Empty(host.Socket.RouteList(new RouteFilter { Table = 71000 }));
        Assert.All(host.Socket.RouteList(new RouteFilter { LinkIndex = index, Table = null }), route => Assert.Equal(index, route.LinkIndex));
        Assert.Contains(host.Socket.RouteList(new RouteFilter { Table = null }), route => route.Table == RouteTable.Local);
    }

    [Fact]
    public void RouteGet_TellsTheWay()
    {
        using var host = new TestNamespace();
        int index = Prepare(host);
        host.Exec("ip", "route add 10.9.0.0/16 via 10.1.0.2");
        var route = host.Socket.RouteGet(IPAddress.Parse("10.9.1.1"));
        Assert.Equal((index, IPAddress.Parse("10.1.0.2"), IPAddress.Parse("10.1.0.1")), (route.LinkIndex, route.Gateway, route.Source));
        Assert.Equal(index, host.Socket.RouteGet(IPAddress.Parse("2001:db8::77")).LinkIndex);
        Assert.Equal("ENETUNREACH", Assert.Throws<NetlinkException>(() => host.Socket.RouteGet(IPAddress.Parse("192.0.2.1"))).ErrnoName);
    }

    [Fact]
    public void Batch_ConfiguresAnInterface_InOneCall()
    {
        using var host = new TestNamespace();
        host.Exec("ip", "link add name a type veth peer name b");
        int index = host.Socket.LinkGet("a").Index;
        host.Socket.NewBatch()
            .AddressAdd(index, new InterfaceAddress { Local = IPAddress.Parse("10.1.0.1"), PrefixLength = 24 })
            .LinkSet(index, new LinkChange { Up = true })
            .RouteAdd(new Route { Destination = IPNetwork.Parse("0.0.0.0/0"), Gateway = IPAddress.Parse("10.1.0.254"), LinkIndex = index })
            .Send();
        Assert.Equal("10.1.0.254", host.IpOne("route show default").GetProperty("gateway").GetString());
    }

    [Fact]
    public void Batch_ReadsEveryAnswer_WhenItIsLongerThanOneDatagram()
    {
        using var host = new TestNamespace();
        int index = Prepare(host);
        var batch = host.Socket.NewBatch();
        for (int i = 0; i < 500; i++)
            batch.RouteAdd(new Route { Destination = IPNetwork.Parse($"10.{100 + (i / 250)}.{i % 250}.0/24"), LinkIndex = index });
        batch.RouteAdd(new Route { Destination = IPNetwork.Parse("10.100.0.0/24"), LinkIndex = index });
        Assert.True(Assert.Throws<NetlinkException>(batch.Send).IsExists);
        Assert.Single(batch.Failures);
        var filter = new RouteFilter { Family = AddressFamily.InterNetwork, Protocol = RouteProtocol.Boot };
        Assert.Equal(500, host.Socket.RouteList(filter).Count);
    }

    private static int Prepare(TestNamespace host)
    {
        int index = host.AddVeth();
        host.Exec("ip", "addr add 10.1.0.1/24 dev a");
        host.Exec("ip", "addr add 2001:db8::1/64 dev a nodad");
        return index;
    }
}
