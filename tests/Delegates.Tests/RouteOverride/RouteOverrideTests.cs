using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.RouteOverride;

public sealed class RouteOverrideTests : IDisposable
{
    private const string Dual = """
        "interfaces":[{"name":"host0"},{"name":"eth0","sandbox":"POD"}],
        "ips":[{"address":"10.1.2.5/24","gateway":"10.1.2.1","interface":1},{"address":"fd00:1::5/64","gateway":"fd00:1::1","interface":1}],
        "routes":[{"dst":"0.0.0.0/0"},{"dst":"::/0"},{"dst":"10.9.0.0/16"},{"dst":"fd00:9::/64","gw":"fd00:1::9"}]
        """;

    private static readonly string[] s_all =
    [
        "10.1.2.0/24 dev eth0 proto kernel scope link src 10.1.2.5", "10.9.0.0/16 via 10.1.2.1 dev eth0", "default via 10.1.2.1 dev eth0",
    ];

    private readonly TestNode _node = new();
    private readonly TestNode.Pod _pod;

    public RouteOverrideTests()
    {
        _pod = _node.AddPod();
        foreach (string command in (string[])[
            "link add eth0 type veth peer name peer0", "link set eth0 up addrgenmode none", "link set peer0 up addrgenmode none",
            "addr add fe80::5/64 dev eth0 nodad", "addr add 10.1.2.5/24 dev eth0", "addr add fd00:1::5/64 dev eth0 nodad",
            "route add default via 10.1.2.1", "route add 10.9.0.0/16 via 10.1.2.1", "-6 route add default via fd00:1::1", "-6 route add fd00:9::/64 via fd00:1::9"])
        {
            _pod.Exec("ip", command);
        }
    }

    public void Dispose() => _node.Dispose();

    private string Config(string keys = "", string result = Dual, string version = "1.1.0") =>
        $$$"""{"cniVersion":"{{{version}}}","name":"net","type":"route-override"{{{(keys.Length > 0 ? "," + keys : "")}}},"prevResult":{"cniVersion":"{{{version}}}",{{{result.Replace("POD", _pod.Path)}}} } }""";

    private CniResult Add(string keys, string result = Dual) => _node.Add(Config(keys, result), _pod);

    /// <summary>The interface's routes, without what every route of the kernel's has.</summary>
    private string[] Table(string table = "main", string family = "-4") => [.. _pod.Exec("ip", $"{family} route show table {table}")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Replace(" pref medium", "").Trim())
        .Where(l => l.Contains("eth0")).Order(StringComparer.Ordinal)];

    private string State() => string.Join('\n', [.. Table(), .. Table("main", "-6")]);

    private static string[] Described(CniResult result) => [.. result.Routes.Select(r => r.Gw is null ? r.Dst.ToString() : $"{r.Dst} via {r.Gw}")];

    [Fact]
    public void RouteOverride_ChangesNothing_WithoutKeys()
    {
        string before = State();
        var result = Add("");
        Assert.Equal(before, State());
        Assert.Equal(["0.0.0.0/0", "::/0", "10.9.0.0/16", "fd00:9::/64 via fd00:1::9"], Described(result));
        Assert.Equal(s_all, Table());
    }

    [Fact]
    public void RouteOverride_FlushesRoutes_ExceptThoseOnTheLink()
    {
        var result = Add("\"flushroutes\":true");
        Assert.Empty(result.Routes);
        Assert.Equal([s_all[0]], Table());
        Assert.Equal(["fd00:1::/64 dev eth0 proto kernel metric 256", "fe80::/64 dev eth0 proto kernel metric 256"], Table("main", "-6"));
        Assert.Equal(["10.1.2.1", "fd00:1::1"], result.IPs.Select(ip => ip.Gateway!.ToString()));
    }

    [Fact]
    public void RouteOverride_FlushesTheGateway_AndZeroesItInTheResult()
    {
        var result = Add("\"flushgateway\":true");
        Assert.Equal(["10.9.0.0/16", "fd00:9::/64 via fd00:1::9"], Described(result));
        Assert.Equal(["0.0.0.0", "::"], result.IPs.Select(ip => ip.Gateway!.ToString()));
        Assert.Equal([s_all[0], s_all[1]], Table());
        Assert.DoesNotContain(Table("main", "-6"), route => route.StartsWith("default", StringComparison.Ordinal));
    }

    [Fact]
    public void RouteOverride_DeletesWhatTheKernelHas_ThoughTheResultDoesNotSaySo()
    {
        _pod.Exec("ip", "route add 10.8.0.0/16 via 10.1.2.9");
        var result = Add("""  "delroutes":[{"dst":"10.8.0.0/16"},{"dst":"10.9.0.0/16"},{"dst":"::/0"},{"dst":"fd00:9::7/64"},{"dst":"192.0.2.0/24"}] """);
        Assert.Equal(["0.0.0.0/0"], Described(result));
        Assert.Equal([s_all[0], s_all[2]], Table());
        Assert.Equal(["fd00:1::/64 dev eth0 proto kernel metric 256", "fe80::/64 dev eth0 proto kernel metric 256"], Table("main", "-6"));
    }

    [Fact]
    public void RouteOverride_DeletesOnlyWhatMatches()
    {
        _pod.Exec("ip", "route add 10.8.0.0/16 via 10.1.2.9 metric 5");
        _pod.Exec("ip", "route add 10.8.0.0/16 via 10.1.2.8 metric 6");
        _pod.Exec("ip", "route add 10.8.0.0/16 via 10.1.2.8 table 77");
        Add("""  "delroutes":[{"dst":"10.8.0.0/16","gw":"10.1.2.9"}] """);
        Assert.Equal(["10.8.0.0/16 via 10.1.2.8 dev eth0 metric 6"], Table().Where(r => r.StartsWith("10.8.", StringComparison.Ordinal)));
        Add("""  "delroutes":[{"dst":"10.8.0.0/16","priority":6}] """);
        Assert.DoesNotContain(Table(), r => r.StartsWith("10.8.", StringComparison.Ordinal));
        Assert.NotEmpty(Table("77"));
        Add("""  "delroutes":[{"dst":"10.8.0.0/16","table":77}] """);
        Assert.Equal(0, TestNode.TryExec(_pod.Path, "ip", "route show table 77").Output.Trim().Length);
    }

    [Fact]
    public void RouteOverride_SaysThatARouteHasAnotherGateway()
    {
        string before = State();
        var error = Assert.Throws<CniException>(() => Add("""  "delroutes":[{"dst":"0.0.0.0/0"},{"dst":"10.9.0.0/16","gw":"10.1.2.77"}] """));
        Assert.Equal("failed to delete route 10.9.0.0/16 via 10.1.2.77: it has another gateway", error.Message);
        Assert.Equal(before, State());
    }

    [Fact]
    public void RouteOverride_AddsRoutes()
    {
        var result = Add("""  "addroutes":[{"dst":"10.20.0.0/16","gw":"10.1.2.254"},{"dst":"10.21.0.0/16"},{"dst":"fd00:20::/64","gw":"fd00:1::fe"}] """);
        Assert.Equal(
            ["0.0.0.0/0", "::/0", "10.9.0.0/16", "fd00:9::/64 via fd00:1::9", "10.20.0.0/16 via 10.1.2.254", "10.21.0.0/16", "fd00:20::/64 via fd00:1::fe"], Described(result));
        Assert.Contains("10.20.0.0/16 via 10.1.2.254 dev eth0", Table());
        Assert.Contains("10.21.0.0/16 via 10.1.2.1 dev eth0", Table());
        Assert.Contains("fd00:20::/64 via fd00:1::fe dev eth0 metric 1024", Table("main", "-6"));
    }

    [Fact]
    public void RouteOverride_PutsARouteOnTheLink_WhereThereIsNoGateway()
    {
        Add("""  "flushgateway":true,"addroutes":[{"dst":"10.20.0.0/16"}] """);
        Assert.Contains("10.20.0.0/16 dev eth0 scope link", Table().Concat(Table().Select(r => r + " scope link")));
    }

    [Fact]
    public void RouteOverride_ReplacesTheDefaultRoute()
    {
        var result = Add("""  "flushgateway":true,"addroutes":[{"dst":"0.0.0.0/0","gw":"10.1.2.254"}] """);
        Assert.Equal(["default via 10.1.2.254 dev eth0"], Table().Where(r => r.StartsWith("default", StringComparison.Ordinal)));
        Assert.Equal(["10.9.0.0/16", "fd00:9::/64 via fd00:1::9", "0.0.0.0/0 via 10.1.2.254"], Described(result));
    }

    [Fact]
    public void RouteOverride_KnowsTableMetricMtuScopeAndOnLink()
    {
        var result = Add("""
             "addroutes":[{"dst":"10.20.0.0/16","gw":"10.1.2.254","priority":9,"mtu":1300,"advmss":1200},{"dst":"10.21.0.0/16","gw":"10.1.2.254","table":500},
              {"dst":"10.22.0.0/16","scope":253},{"dst":"10.23.0.0/16","gw":"192.0.2.1","onlink":true}]
            """);
        Assert.Contains("10.20.0.0/16 via 10.1.2.254 dev eth0 metric 9 mtu 1300 advmss 1200", Table());
        Assert.Equal(["10.21.0.0/16 via 10.1.2.254 dev eth0"], Table("500"));
        Assert.Contains("10.22.0.0/16 dev eth0 scope link", Table());
        Assert.Contains("10.23.0.0/16 via 192.0.2.1 dev eth0 onlink", Table());
        Assert.Equal((9, 1300, 1200), (result.Routes[4].Priority, result.Routes[4].Mtu, result.Routes[4].AdvMss));
        Assert.Equal((500, 253), (result.Routes[5].Table, result.Routes[6].Scope));
        _node.Call(CniVerb.Check, TestNode.WithPrevResult(Keys("""
             "addroutes":[{"dst":"10.20.0.0/16","gw":"10.1.2.254","priority":9,"mtu":1300,"advmss":1200},{"dst":"10.21.0.0/16","gw":"10.1.2.254","table":500},
              {"dst":"10.22.0.0/16","scope":253},{"dst":"10.23.0.0/16","gw":"192.0.2.1","onlink":true}]
            """), result), _pod);
    }

    [Fact]
    public void RouteOverride_AddsAndDeletesRoutesOverSeveralGateways()
    {
        var result = Add("""  "addecmproutes":[{"dst":"10.20.0.0/16","gws":["10.1.2.7","10.1.2.8"]},{"dst":"fd00:20::/64","gws":["fd00:1::7","fd00:1::8"]}] """);
        string routes = _pod.Exec("ip", "route show 10.20.0.0/16") + _pod.Exec("ip", "-6 route show fd00:20::/64");
        Assert.All((string[])["via 10.1.2.7 dev eth0", "via 10.1.2.8 dev eth0", "via fd00:1::7 dev eth0", "via fd00:1::8 dev eth0"], hop => Assert.Contains(hop, routes));
        Assert.Equal(["10.20.0.0/16 via 10.1.2.7", "10.20.0.0/16 via 10.1.2.8", "fd00:20::/64 via fd00:1::7", "fd00:20::/64 via fd00:1::8"], Described(result).Skip(4));
        _node.Call(CniVerb.Check, TestNode.WithPrevResult(Keys("\"addecmproutes\":[{\"dst\":\"10.20.0.0/16\",\"gws\":[\"10.1.2.7\",\"10.1.2.8\"]}]"), result), _pod);
        Add("""  "delecmproutes":[{"dst":"10.20.0.0/16"},{"dst":"fd00:20::/64"}] """);
        Assert.Empty(_pod.Exec("ip", "route show 10.20.0.0/16") + _pod.Exec("ip", "-6 route show fd00:20::/64"));
    }

    [Fact]
    public void RouteOverride_LetsArgsWin()
    {
        const string args = """
            "flushroutes":true,"flushgateway":true,"delroutes":[{"dst":"10.9.0.0/16"}],"addroutes":[{"dst":"10.20.0.0/16"}],"skipcheck":false,
            "args":{"cni":{"flushroutes":false,"flushgateway":false,"delroutes":[],"addroutes":[{"dst":"10.21.0.0/16","gw":"10.1.2.9"}],"skipcheck":true}}
            """;
        Add(args);
        Assert.Equal([s_all[0], "10.21.0.0/16 via 10.1.2.9 dev eth0", s_all[1], s_all[2]], Table());
        // skipcheck of args counts as well.
        _node.Call(CniVerb.Check, Config("\"delroutes\":[{\"dst\":\"10.9.0.0/16\"}],\"args\":{\"cni\":{\"skipcheck\":true}}"), _pod);
    }

    [Theory]
    [InlineData("0.1.0")]
    [InlineData("0.2.0")]
    [InlineData("0.3.0")]
    [InlineData("0.3.1")]
    [InlineData("0.4.0")]
    [InlineData("1.0.0")]
    [InlineData("1.1.0")]
    public void RouteOverride_WorksInEveryVersion(string version)
    {
        bool old = version is "0.1.0" or "0.2.0";
        string result = old ? """ "ip4":{"ip":"10.1.2.5/24","gateway":"10.1.2.1","routes":[{"dst":"0.0.0.0/0"},{"dst":"10.9.0.0/16"}]} """
            : version[0] == '0' ? Dual.Replace("{\"address\":\"10", "{\"version\":\"4\",\"address\":\"10").Replace("{\"address\":\"fd", "{\"version\":\"6\",\"address\":\"fd") : Dual;
        var answer = _node.Add(Config("""  "flushroutes":true,"addroutes":[{"dst":"10.20.0.0/16","gw":"10.1.2.254"}] """, result, version), _pod);
        Assert.Equal(version, answer.CniVersion);
        Assert.Equal(["10.20.0.0/16 via 10.1.2.254"], Described(answer));
        Assert.Equal([s_all[0], "10.20.0.0/16 via 10.1.2.254 dev eth0"], Table());
    }

    [Fact]
    public void RouteOverride_LeavesOtherInterfacesAlone()
    {
        _pod.Exec("ip", "addr add 10.7.0.1/24 dev peer0");
        _pod.Exec("ip", "route add 10.6.0.0/16 via 10.7.0.2 dev peer0");
        Add("""  "flushroutes":true,"delroutes":[{"dst":"10.6.0.0/16"}] """);
        Assert.Contains("10.6.0.0/16 via 10.7.0.2 dev peer0", _pod.Exec("ip", "route"));
    }

    [Theory]
    [InlineData("""  "addroutes":[{"dst":"10.20.0.0/16","gw":"10.1.2.9"},{"dst":"10.21.0.0/16","gw":"192.0.2.1"}] """, "failed to add route 10.21.0.0/16 via 192.0.2.1")]
    [InlineData("""  "flushroutes":true,"addroutes":[{"dst":"10.21.0.0/16","gw":"192.0.2.1"}] """, "failed to add route 10.21.0.0/16 via 192.0.2.1")]
    [InlineData("""  "addroutes":[{"dst":"10.9.0.0/16","gw":"10.1.2.77"}] """, "failed to add route 10.9.0.0/16 via 10.1.2.77")]
    [InlineData("""  "delroutes":[{"dst":"10.9.0.0/16"}],"addecmproutes":[{"dst":"10.21.0.0/16","gws":["192.0.2.1"]}] """, "failed to add route 10.21.0.0/16")]
    public void RouteOverride_LeavesNothing_WhenAStepFails(string keys, string message)
    {
        string before = State();
        Assert.StartsWith(message, Assert.Throws<CniException>(() => Add(keys)).Message);
        Assert.Equal(before, State());
    }

    [Fact]
    public void RouteOverride_TakesARouteThatIsThere() => Assert.Contains(
        "10.9.0.0/16 via 10.1.2.1", Described(Add("""  "addroutes":[{"dst":"10.9.0.0/16","gw":"10.1.2.1"}] """)));

    [Fact]
    public void RouteOverride_HasNothingToDoOnDelAndGc()
    {
        Add("\"flushroutes\":true");
        string before = State();
        foreach (string config in (string[])[Config(), """{"cniVersion":"1.1.0","name":"net","type":"route-override","delroutes":7}"""])
            _node.Call(CniVerb.Del, config, _pod);
        _node.Call(CniVerb.Gc, """{"cniVersion":"1.1.0","name":"net","type":"route-override","cni.dev/valid-attachments":[]}""");
        Assert.Equal(before, State());
        _pod.Vanish();
        _node.Call(CniVerb.Del, Config(), _pod);
    }

    private static string Keys(string keys) => $$"""{"cniVersion":"1.1.0","name":"net","type":"route-override",{{keys}}}""";

    [Theory]
    [InlineData("\"flushroutes\":true", "route add 10.7.0.0/16 via 10.1.2.1", "route-override: route is not removed: 10.7.0.0/16")]
    [InlineData("\"flushgateway\":true", "route add default via 10.1.2.1", "route-override: route is not removed: 0.0.0.0/0")]
    [InlineData("\"flushgateway\":true", "-6 route add default via fd00:1::1", "route-override: route is not removed: ::/0")]
    [InlineData("\"delroutes\":[{\"dst\":\"10.9.0.0/16\"}]", "route add 10.9.0.0/16 via 10.1.2.7", "route-override: route is not removed: 10.9.0.0/16")]
    [InlineData("\"addroutes\":[{\"dst\":\"10.20.0.0/16\",\"gw\":\"10.1.2.7\"}]", "route del 10.20.0.0/16", "route-override: failed to match route: 10.20.0.0/16")]
    [InlineData("\"addroutes\":[{\"dst\":\"10.20.0.0/16\",\"gw\":\"10.1.2.7\"}]", "route replace 10.20.0.0/16 via 10.1.2.8", "route-override: failed to match route: 10.20.0.0/16")]
    [InlineData("\"addroutes\":[{\"dst\":\"10.20.0.0/16\"}]", "link del eth0", "failed to get \"eth0\"")]
    public void RouteOverride_FailsCheck_WhenSomebodyManipulated(string keys, string command, string message)
    {
        string config = TestNode.WithPrevResult(Keys(keys), Add(keys));
        _node.Call(CniVerb.Check, config, _pod);
        _pod.Exec("ip", command);
        Assert.StartsWith(message, Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, config, _pod)).Message);
        if (!message.StartsWith("failed to get", StringComparison.Ordinal))
            _node.Call(CniVerb.Check, TestNode.WithPrevResult(Keys(keys + ",\"skipcheck\":true"), Add("")), _pod);
    }

    [Theory]
    [InlineData("\"flushroutes\":\"true\"", "network configuration: flushroutes: expected a boolean", 6)]
    [InlineData("\"flushgateway\":1", "network configuration: flushgateway: expected a boolean", 6)]
    [InlineData("\"skipcheck\":[]", "network configuration: skipcheck: expected a boolean", 6)]
    [InlineData("\"delroutes\":{}", "network configuration: delroutes: expected an array", 6)]
    [InlineData("\"addroutes\":[7]", "network configuration: addroutes[0]: expected an object", 6)]
    [InlineData("\"addroutes\":[null]", "network configuration: addroutes[0]: expected an object", 6)]
    [InlineData("\"addroutes\":[{}]", "network configuration: addroutes[0].dst: missing", 6)]
    [InlineData("\"addroutes\":[{\"dst\":\"10.1.2.3\"}]", "network configuration: addroutes[0].dst: invalid CIDR address: 10.1.2.3", 6)]
    [InlineData("\"addroutes\":[{\"dst\":\"10.0.0.0/8\",\"gw\":\"x\"}]", "network configuration: addroutes[0].gw: invalid IP address: x", 6)]
    [InlineData("\"addroutes\":[{\"dst\":\"10.0.0.0/8\",\"gw\":\"fd00::1\"}]", "network configuration: addroutes[0].gw: fd00::1 is no gateway for 10.0.0.0/8", 7)]
    [InlineData("\"addroutes\":[{\"dst\":\"10.0.0.0/8\",\"mtu\":-1}]", "network configuration: addroutes[0].mtu: invalid value -1", 7)]
    [InlineData("\"addroutes\":[{\"dst\":\"10.0.0.0/8\",\"table\":-1}]", "network configuration: addroutes[0].table: invalid value -1", 7)]
    [InlineData("\"addroutes\":[{\"dst\":\"10.0.0.0/8\",\"priority\":\"1\"}]", "network configuration: addroutes[0].priority: expected a whole number", 6)]
    [InlineData("\"addroutes\":[{\"dst\":\"10.0.0.0/8\",\"scope\":256}]", "network configuration: addroutes[0].scope: invalid value 256", 7)]
    [InlineData("\"addroutes\":[{\"dst\":\"10.0.0.0/8\",\"onlink\":true}]", "network configuration: addroutes[0].onlink: the route to 10.0.0.0/8 has no \"gw\"", 7)]
    [InlineData("\"addecmproutes\":[{\"dst\":\"10.0.0.0/8\"}]", "addecmproutes: gws must not be empty", 7)]
    [InlineData("\"addecmproutes\":[{\"dst\":\"10.0.0.0/8\",\"gws\":[\"x\"]}]", "network configuration: addecmproutes[0].gws: invalid IP address: x", 6)]
    [InlineData("\"addecmproutes\":[{\"gws\":[]}]", "network configuration: addecmproutes[0].dst: missing", 6)]
    [InlineData("\"args\":{\"cni\":{\"addroutes\":true}}", "network configuration: args.cni.addroutes: expected an array", 6)]
    public void RouteOverride_RefusesABadConfiguration_AndStatusSaysSo(string keys, string message, int code)
    {
        foreach (var verb in (CniVerb[])[CniVerb.Add, CniVerb.Check, CniVerb.Status])
        {
            var error = Assert.Throws<CniException>(() => _node.Call(verb, Config(keys), _pod));
            Assert.StartsWith(message, error.Message);
            Assert.Equal((CniErrorCode)code, error.Code);
        }
    }

    [Fact]
    public void RouteOverride_RefusesToWorkAlone()
    {
        foreach (var verb in (CniVerb[])[CniVerb.Add, CniVerb.Check])
        {
            var error = Assert.Throws<CniException>(() => _node.Call(verb, """{"cniVersion":"1.0.0","name":"net","type":"route-override"}""", _pod));
            Assert.Equal(("Required prevResult missing", CniErrorCode.InvalidNetworkConfig), (error.Message, error.Code));
        }
    }
}
