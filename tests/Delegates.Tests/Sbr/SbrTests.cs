using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Sbr;

public sealed class SbrTests : IDisposable
{
    private const string Dual = """
        "interfaces":[{"name":"eth0","sandbox":"POD"}],
        "ips":[{"address":"10.1.2.5/24","gateway":"10.1.2.1","interface":0},{"address":"fd00:1::5/64","gateway":"fd00:1::1","interface":0}],
        "routes":[{"dst":"10.9.0.0/16"}]
        """;

    private readonly TestNode _node = new();
    private readonly TestNode.Pod _pod;

    public SbrTests()
    {
        _pod = _node.AddPod();
        foreach (string command in (string[])[
            "link add eth0 type veth peer name peer0", "link set eth0 up addrgenmode none", "link set peer0 up addrgenmode none",
            "addr add fe80::5/64 dev eth0 nodad", "addr add 10.1.2.5/24 dev eth0", "addr add fd00:1::5/64 dev eth0 nodad", "route add 10.9.0.0/16 via 10.1.2.1"])
        {
            _pod.Exec("ip", command);
        }
    }

    public void Dispose() => _node.Dispose();

    private string Config(string keys = "", string result = Dual, string version = "1.0.0") =>
        $$$"""{"cniVersion":"{{{version}}}","name":"net","type":"sbr"{{{(keys.Length > 0 ? "," + keys : "")}}},"prevResult":{"cniVersion":"{{{version}}}",{{{result.Replace("POD", _pod.Path)}}} } }""";

    private CniResult Add(string keys = "", string result = Dual) => _node.Add(Config(keys, result), _pod);

    /// <summary>Routes without what the kernel adds of its own accord.</summary>
    private string[] Table(string table, string family = "-4") => [.. TestNode.TryExec(_pod.Path, "ip", $"{family} route show table {table}").Output
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Replace(" pref medium", "").Replace(" linkdown", "").Trim())
        .Where(l => !l.Contains("peer0") && !l.StartsWith("local ", StringComparison.Ordinal) && !l.StartsWith("multicast ", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private string[] Rules(string family = "-4") => [.. _pod.Exec("ip", $"{family} rule").Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(l => l[(l.IndexOf(':') + 1)..].Trim()).Where(l => !l.StartsWith("from all", StringComparison.Ordinal))];

    /// <summary>Everything that sbr touches, to see that it is as it was.</summary>
    private string State() => _pod.Exec("ip", "rule") + _pod.Exec("ip", "-6 rule") + string.Join('\n', Table("all")) + string.Join('\n', Table("all", "-6"));

    private string[] Records() => Directory.GetFiles(_node.Folder, "*.json", SearchOption.AllDirectories);

    [Fact]
    public void Sbr_MakesARuleAndATableForEachAddress_AndMovesItsRoutes()
    {
        var result = Add();
        Assert.Equal(["10.1.2.5/24", "fd00:1::5/64"], result.IPs.Select(ip => ip.Address.ToString()));
        Assert.Equal(["from 10.1.2.5 lookup 100"], Rules());
        Assert.Equal(["from fd00:1::5 lookup 101"], Rules("-6"));
        Assert.Equal(["10.1.2.0/24 dev eth0 proto kernel scope link src 10.1.2.5", "10.9.0.0/16 via 10.1.2.1 dev eth0", "default via 10.1.2.1 dev eth0"], Table("100"));
        Assert.Equal(["default via fd00:1::1 dev eth0 metric 1024", "fd00:1::/64 dev eth0 proto kernel metric 256", "fe80::/64 dev eth0 proto kernel metric 256"], Table("101", "-6"));
        Assert.Empty(Table("main"));
    }

    [Fact]
    public void Sbr_LeavesLinkLocalRoutesInTheMainTable_AndOtherFamiliesOutOfATable()
    {
        Add();
        Assert.Equal(["fe80::/64 dev eth0 proto kernel metric 256"], Table("main", "-6"));
        Assert.Empty(Table("100", "-6"));
    }

    [Fact]
    public void Sbr_RoutesByTheSourceAddress()
    {
        Add();
        Assert.Contains("via 10.1.2.1 dev eth0 table 100", _pod.Exec("ip", "route get 192.0.2.1 from 10.1.2.5"));
        Assert.NotEqual(0, TestNode.TryExec(_pod.Path, "ip", "route get 192.0.2.1").Code);
    }

    [Fact]
    public void Sbr_OnlyAddsRules_WithATable()
    {
        string before = string.Join('\n', Table("all"));
        Add("\"table\":5000");
        Assert.Equal(["from 10.1.2.5 lookup 5000"], Rules());
        Assert.Equal(["from fd00:1::5 lookup 5000"], Rules("-6"));
        Assert.Equal(before, string.Join('\n', Table("all")));
        _node.Call(CniVerb.Check, Config("\"table\":5000"), _pod);
        _node.Call(CniVerb.Del, Config("\"table\":5000"), _pod);
        Assert.Empty(Rules());
    }

    [Theory]
    [InlineData("rule add from 192.0.2.1 table 100")]
    [InlineData("route add 192.0.2.0/24 dev peer0 table 100")]
    [InlineData("-6 route add fd00:2::/64 dev peer0 table 100")]
    public void Sbr_TakesTablesThatNobodyUses(string command)
    {
        _pod.Exec("ip", command);
        Add();
        Assert.Contains("from 10.1.2.5 lookup 101", Rules());
        Assert.Contains("from fd00:1::5 lookup 102", Rules("-6"));
    }

    [Fact]
    public void Sbr_GivesEachOfTwoInterfacesItsOwnTables()
    {
        Add();
        foreach (string command in (string[])["link add eth1 type veth peer name peer1", "link set eth1 up", "link set peer1 up", "addr add 10.1.3.5/24 dev eth1"])
            _pod.Exec("ip", command);
        string config = Config("", """ "interfaces":[{"name":"eth1","sandbox":"POD"}],"ips":[{"address":"10.1.3.5/24","gateway":"10.1.3.1","interface":0}]""");
        _node.Add(config, _pod, "eth1");
        Assert.Equal(["from 10.1.3.5 lookup 102", "from 10.1.2.5 lookup 100"], Rules());
        Assert.Contains("default via 10.1.3.1 dev eth1", Table("102"));
        _node.Call(CniVerb.Del, config, _pod, "eth1");
        Assert.Equal(["from 10.1.2.5 lookup 100"], Rules());
    }

    [Fact]
    public void Sbr_TakesItsWayOutOfADefaultRoute_ThatIPv6HasJoinedWithAnotherNetworks()
    {
        foreach (string command in (string[])[
            "link add eth1 type veth peer name peer1", "link set eth1 up addrgenmode none", "link set peer1 up", "addr add fd00:2::5/64 dev eth1 nodad",
            "-6 route add default via fd00:1::1 dev eth0", "-6 route append default via fd00:2::1 dev eth1", "-6 route append default via fd00:2::2 dev eth1"])
        {
            _pod.Exec("ip", command);
        }
        string before = State();
        string config = Config("", """ "interfaces":[{"name":"eth1","sandbox":"POD"}],"ips":[{"address":"fd00:2::5/64","interface":0}],"routes":[{"dst":"::/0","gw":"fd00:2::1"}]""");
        _node.Add(config, _pod, "eth1");
        Assert.Contains("default via fd00:1::1 dev eth0 metric 1024", Table("main", "-6"));
        Assert.DoesNotContain(Table("main", "-6"), route => route.Contains("nexthop", StringComparison.Ordinal));
        Assert.Contains("via fd00:1::1 dev eth0", _pod.Exec("ip", "route get fd00:ffff::1 from fd00:1::5"));
        Assert.Contains("dev eth1 table 100", _pod.Exec("ip", "route get fd00:ffff::1 from fd00:2::5"));
        string both = string.Join(' ', Table("100", "-6"));
        Assert.Contains("via fd00:2::1 dev eth1", both);
        Assert.Contains("via fd00:2::2 dev eth1", both);
        _node.Call(CniVerb.Check, config, _pod, "eth1");
        _node.Call(CniVerb.Del, config, _pod, "eth1");
        Assert.Equal(before, State());
    }

    [Fact]
    public void Sbr_TakesAnAddressOfAnInterfaceThatTheResultDoesNotList()
    {
        _pod.Exec("ip", "addr add 10.1.3.5/24 dev eth0");
        _node.Add(Config("", """ "interfaces":[{"name":"eth0","sandbox":"POD"}],"ips":[{"address":"10.1.2.5/24","interface":0},{"address":"10.1.3.5/24","interface":1}]"""), _pod, "eth0");
        Assert.Equal(["from 10.1.3.5 lookup 101", "from 10.1.2.5 lookup 100"], Rules());
    }

    [Fact]
    public void Sbr_TakesTheGatewayOfTheConfiguration_BeforeAnyOther()
    {
        _pod.Exec("ip", "route add default via 10.1.2.1");
        Add("\"gateways\":[\"10.1.2.254\",\"fe80::1\"]");
        Assert.Equal(["default via 10.1.2.254 dev eth0"], Table("100").Where(r => r.StartsWith("default", StringComparison.Ordinal)));
        Assert.Contains("default via fe80::1 dev eth0 metric 1024", Table("101", "-6"));
        Assert.Empty(Table("main"));
    }

    [Theory]
    [InlineData("10.1.2.254", "-4", "100")]
    [InlineData("fe80::1", "-6", "101")]
    [InlineData("fd00:1::fe", "-6", "101")]
    public void Sbr_TakesTheGatewayOfTheResultsDefaultRoute_WhereAnAddressHasNone(string gateway, string family, string table)
    {
        string destination = gateway.Contains(':') ? "::/0" : "0.0.0.0/0";
        Add("", $$"""
            "interfaces":[{"name":"eth0","sandbox":"POD"}],"ips":[{"address":"10.1.2.5/24","interface":0},{"address":"fd00:1::5/64","interface":0}],
            "routes":[{"dst":"{{destination}}","gw":"{{gateway}}"}]
            """);
        Assert.Contains(Table(table, family), route => route.StartsWith($"default via {gateway} dev eth0", StringComparison.Ordinal));
    }

    [Fact]
    public void Sbr_KeepsARouteWhoseGatewayIsInNoSubnet()
    {
        _pod.Exec("ip", "route add 10.8.0.0/16 via 192.0.2.1 dev eth0 onlink");
        _pod.Exec("ip", "-6 route add fd00:8::/64 via fe80::7 dev eth0");
        Add();
        Assert.Contains("10.8.0.0/16 via 192.0.2.1 dev eth0 onlink", Table("100"));
        Assert.Contains("fd00:8::/64 via fe80::7 dev eth0 metric 1024", Table("101", "-6"));
    }

    [Fact]
    public void Sbr_KeepsTheAttributesOfRoutes()
    {
        _pod.Exec("ip", "route add 10.8.0.0/16 via 10.1.2.1 metric 7 mtu 1300 advmss 1200 proto static");
        Add();
        Assert.Contains("10.8.0.0/16 via 10.1.2.1 dev eth0 proto static metric 7 mtu 1300 advmss 1200", Table("100"));
    }

    [Fact]
    public void Sbr_GivesASecondAddressOfASubnetATableOfItsOwn()
    {
        _pod.Exec("ip", "addr add 10.1.2.6/24 dev eth0");
        Add("", """ "interfaces":[{"name":"eth0","sandbox":"POD"}],"ips":[{"address":"10.1.2.5/24","gateway":"10.1.2.1"},{"address":"10.1.2.6/24","gateway":"10.1.2.1"}]""");
        Assert.Equal(["from 10.1.2.6 lookup 101", "from 10.1.2.5 lookup 100"], Rules());
        Assert.Contains("default via 10.1.2.1 dev eth0", Table("100"));
        Assert.Contains("default via 10.1.2.1 dev eth0", Table("101"));
    }

    [Fact]
    public void Sbr_LeavesOtherInterfacesAlone()
    {
        _pod.Exec("ip", "addr add 10.7.0.1/24 dev peer0");
        Add();
        Assert.Contains("10.7.0.0/24 dev peer0", _pod.Exec("ip", "route"));
    }

    [Fact]
    public void Sbr_KeepsTheSubnetsInTheMainTable_WithSourceHints()
    {
        _pod.Exec("ip", "route add default via 10.1.2.1");
        string before = State();
        Add("\"addSourceHints\":true");
        Assert.Equal(["10.1.2.0/24 dev eth0 scope link src 10.1.2.5"], Table("main"));
        Assert.Contains("fd00:1::/64 dev eth0 src fd00:1::5 metric 1024", Table("main", "-6"));
        Assert.Contains("default via 10.1.2.1 dev eth0", Table("100"));
        _node.Call(CniVerb.Check, Config("\"addSourceHints\":true"), _pod);
        _node.Call(CniVerb.Del, Config(), _pod);
        Assert.Equal(before, State());
    }

    [Theory]
    [InlineData("0.1.0")]
    [InlineData("0.2.0")]
    [InlineData("0.3.1")]
    [InlineData("0.4.0")]
    [InlineData("1.1.0")]
    public void Sbr_AnswersInEveryVersion(string version)
    {
        string old = """ "ip4":{"ip":"10.1.2.5/24","gateway":"10.1.2.1"}""";
        string config = version is "0.1.0" or "0.2.0" ? Config("", old, version) : Config("", Dual.Replace("\"gateway\"", version[0] == '0' ? "\"version\":\"4\",\"gateway\"" : "\"gateway\""), version);
        Assert.Equal(version, _node.Add(config, _pod).CniVersion);
        Assert.Contains("from 10.1.2.5 lookup 100", Rules());
    }

    [Fact]
    public void Sbr_RestoresEverything_OnDel_TwiceAndWithoutPrevResult()
    {
        _pod.Exec("ip", "route add default via 10.1.2.1 mtu 1300");
        string before = State();
        Add();
        Assert.NotEqual(before, State());
        string config = """{"cniVersion":"1.0.0","name":"net","type":"sbr"}""";
        _node.Call(CniVerb.Del, config, _pod);
        Assert.Equal(before, State());
        Assert.Empty(Records());
        _node.Call(CniVerb.Del, config, _pod);
        Assert.Equal(before, State());
    }

    [Theory]
    [InlineData("\"table\":\"x\"")]
    [InlineData("\"gateways\":7")]
    [InlineData("\"addSourceHints\":\"yes\"")]
    public void Sbr_RestoresEverything_ThoughTheConfigurationIsBroken(string keys)
    {
        string before = State();
        Add();
        _node.Call(CniVerb.Del, Config(keys), _pod);
        Assert.Equal(before, State());
        _node.Call(CniVerb.Del, Config(keys), _pod);
        Assert.Equal(before, State());
    }

    [Fact]
    public void Sbr_ReleasesItsRules_WhenTheInterfaceIsGone()
    {
        Add();
        _pod.Exec("ip", "link del eth0");
        _node.Call(CniVerb.Del, Config(), _pod);
        Assert.Empty(Rules());
        Assert.Empty(Rules("-6"));
        Assert.Empty(Records());
    }

    [Fact]
    public void Sbr_DoesNotTouchAnotherInterfaceOfTheSameName()
    {
        Add();
        _pod.Exec("ip", "link del eth0");
        _pod.Exec("ip", "link add eth0 type veth peer name peer0");
        _node.Call(CniVerb.Del, Config(), _pod);
        Assert.Empty(Table("main"));
    }

    [Fact]
    public void Sbr_LeavesNoFile_WhereTheNamespaceWas()
    {
        Add();
        _pod.Vanish();
        _node.Call(CniVerb.Del, Config(), _pod);
        Assert.False(File.Exists(_pod.Path));
        Assert.Empty(Records());
    }

    [Fact]
    public void Sbr_ReleasesWhatTheReferenceAttached()
    {
        _pod.Exec("ip", "rule add from 10.1.2.5 table 100");
        _pod.Exec("ip", "rule add from 10.1.2.5 table 7");
        _pod.Exec("ip", "rule add from 10.1.2.6 table 100");
        _node.Call(CniVerb.Del, Config(), _pod);
        Assert.Equal(["from 10.1.2.6 lookup 100", "from 10.1.2.5 lookup 7"], Rules());
        _node.Call(CniVerb.Del, Config("\"table\":7"), _pod);
        Assert.Equal(["from 10.1.2.6 lookup 100"], Rules());
    }

    [Fact]
    public void Sbr_RefusesASecondAdd_AndLeavesTheFirst()
    {
        Add();
        string before = State();
        Assert.StartsWith("Failed to add rule", Assert.Throws<CniException>(() => Add()).Message);
        Assert.Equal(before, State());
        _node.Call(CniVerb.Check, Config(), _pod);
    }

    [Theory]
    [InlineData("\"gateways\":[\"192.0.2.1\"]", "Failed to add default route to 192.0.2.1")]
    [InlineData("\"gateways\":[\"fd00:9::1\"]", "Failed to add default route to fd00:9::1")]
    public void Sbr_LeavesNothing_WhenAGatewayCannotBeReached(string keys, string message)
    {
        string before = State();
        Assert.StartsWith(message, Assert.Throws<CniException>(() => Add(keys)).Message);
        Assert.Equal(before, State());
        Assert.Empty(Records());
    }

    [Fact]
    public void Sbr_LeavesNothing_WhenTheLastStepFails()
    {
        _pod.Exec("ip", "route add default via 10.1.2.1");
        string before = State();
        // An address that the interface does not have can be no source.
        var error = Assert.Throws<CniException>(() => Add("\"addSourceHints\":true", Dual.Replace("fd00:1::5/64", "fd00:1::6/64")));
        Assert.StartsWith("Failed to add subnet route to main table", error.Message);
        Assert.Equal(before, State());
        Assert.Empty(Records());
    }

    [Theory]
    [InlineData("rule del from 10.1.2.5", "sbr: the rule \"from 10.1.2.5/32 table 100\" not found")]
    [InlineData("-6 rule del from fd00:1::5", "sbr: the rule \"from fd00:1::5/128 table 101\" not found")]
    [InlineData("route del default table 100", "sbr: the route \"0.0.0.0/0 via 10.1.2.1")]
    [InlineData("route flush table 100", "sbr: the route \"10.1.2.0/24")]
    [InlineData("-6 route del fd00:1::/64 table 101", "sbr: the route \"fd00:1::/64")]
    [InlineData("route replace default via 10.1.2.9 dev eth0 table 100", "sbr: the route \"0.0.0.0/0 via 10.1.2.1")]
    public void Sbr_FailsCheck_WhenSomebodyManipulated(string command, string message)
    {
        Add();
        _node.Call(CniVerb.Check, Config(), _pod);
        _pod.Exec("ip", command);
        Assert.StartsWith(message, Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, Config(), _pod)).Message);
    }

    [Fact]
    public void Sbr_ChecksWhatTheReferenceAttached()
    {
        Assert.StartsWith("sbr: no rule from 10.1.2.5", Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, Config(), _pod)).Message);
        _pod.Exec("ip", "rule add from 10.1.2.5 table 100");
        _pod.Exec("ip", "-6 rule add from fd00:1::5 table 101");
        Assert.StartsWith("sbr: table 100 is empty", Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, Config(), _pod)).Message);
        _pod.Exec("ip", "route add default via 10.1.2.1 table 100");
        _pod.Exec("ip", "-6 route add default via fd00:1::1 table 101");
        _node.Call(CniVerb.Check, Config(), _pod);
    }

    [Fact]
    public void Sbr_CollectsWhatNoValidAttachmentHas()
    {
        string before = State();
        Add();
        string gc = """{"cniVersion":"1.1.0","name":"net","type":"sbr"LIST}""";
        string held = State();
        _node.Call(CniVerb.Gc, gc.Replace("LIST", ""));
        Assert.Equal(held, State());
        _node.Call(CniVerb.Gc, gc.Replace("LIST", $$""","cni.dev/valid-attachments":[{"containerID":"{{_pod.Id}}","ifname":"eth0"}]"""));
        Assert.Equal(held, State());
        _node.Call(CniVerb.Gc, gc.Replace("net", "other").Replace("LIST", ",\"cni.dev/valid-attachments\":[]"));
        Assert.Equal(held, State());
        _node.Call(CniVerb.Gc, gc.Replace("LIST", ",\"cni.dev/valid-attachments\":[]"));
        Assert.Equal(before, State());
        Assert.Empty(Records());
    }

    [Fact]
    public void Sbr_CollectsTheRecordOfANamespaceThatIsGone()
    {
        Add();
        _pod.Vanish();
        _node.Call(CniVerb.Gc, """{"cniVersion":"1.1.0","name":"net","type":"sbr","cni.dev/valid-attachments":[]}""");
        Assert.Empty(Records());
    }

    [Theory]
    [InlineData("""{"cniVersion":"1.0.0","name":"net","type":"sbr"}""", "This plugin must be called as chained plugin")]
    [InlineData("""{"cniVersion":"1.0.0","name":"net","type":"sbr","prevResult":{"cniVersion":"1.0.0"}}""", "No IP addresses supplied on interface: eth0")]
    [InlineData("""{"cniVersion":"1.0.0","name":"net","type":"sbr","prevResult":{"cniVersion":"1.0.0","interfaces":[{"name":"eth7"}],"ips":[{"address":"10.1.2.5/24","interface":0}]}}""", "No IP addresses supplied on interface: eth0")]
    public void Sbr_RefusesToWorkAlone(string config, string message)
    {
        string before = State();
        var error = Assert.Throws<CniException>(() => _node.Add(config, _pod));
        Assert.Equal((message, CniErrorCode.InvalidNetworkConfig), (error.Message, error.Code));
        Assert.Equal(before, State());
    }

    [Fact]
    public void Sbr_SaysWhichInterfaceIsMissing() => Assert.StartsWith(
        "Cannot find network interface eth5",
        Assert.Throws<CniException>(() => _node.Add(Config("", Dual.Replace("eth0", "eth5")), _pod, "eth5")).Message);

    [Theory]
    [InlineData("\"table\":0", "invalid routing table 0", 7)]
    [InlineData("\"table\":4294967296", "invalid routing table 4294967296", 7)]
    [InlineData("\"table\":-1", "network configuration: table: expected a whole number", 6)]
    [InlineData("\"table\":\"100\"", "network configuration: table: expected a whole number", 6)]
    [InlineData("\"gateways\":\"10.1.2.1\"", "network configuration: gateways: expected an array", 6)]
    [InlineData("\"gateways\":[\"10.1.2.1\",\"fd00::1\",\"10.1.2.2\"]", "gateways list cannot contain more than 2 entries (one IPv4, one IPv6)", 7)]
    [InlineData("\"gateways\":[\"10.1.2.1/24\"]", "invalid static gateway IP address: 10.1.2.1/24", 7)]
    [InlineData("\"gateways\":[\"\"]", "invalid static gateway IP address: ", 7)]
    [InlineData("\"gateways\":[\"10.1.2.1\",\"10.1.2.2\"]", "gateways list contains multiple IPv4 addresses: 10.1.2.1 and 10.1.2.2", 7)]
    [InlineData("\"gateways\":[\"fd00::1\",\"fd00::2\"]", "gateways list contains multiple IPv6 addresses: fd00::1 and fd00::2", 7)]
    [InlineData("\"addSourceHints\":1", "network configuration: addSourceHints: expected a boolean", 6)]
    public void Sbr_RefusesABadConfiguration_AndStatusSaysSo(string keys, string message, int code)
    {
        foreach (var verb in (CniVerb[])[CniVerb.Add, CniVerb.Status])
        {
            var error = Assert.Throws<CniException>(() => _node.Call(verb, Config(keys, version: "1.1.0"), _pod));
            Assert.StartsWith(message, error.Message);
            Assert.Equal((CniErrorCode)code, error.Code);
        }
    }

    [Fact]
    public async Task Sbr_MayRunSideBySideInOnePod()
    {
        var names = Enumerable.Range(10, 6).ToList();
        foreach (int i in names)
        {
            foreach (string command in (string[])[$"link add net{i} type veth peer name peer0.{i}", $"link set net{i} up", $"link set peer0.{i} up", $"addr add 10.2.{i}.5/24 dev net{i}"])
                _pod.Exec("ip", command);
        }
        await Task.WhenAll(names.Select(i => Task.Factory.StartNew(
            () => _node.Add(Config("", $$""" "interfaces":[{"name":"net{{i}}","sandbox":"POD"}],"ips":[{"address":"10.2.{{i}}.5/24","gateway":"10.2.{{i}}.1","interface":0}]"""), _pod, $"net{i}"), TaskCreationOptions.LongRunning)));
        Assert.Equal(names.Count, Rules().Select(rule => rule.Split(' ')[^1]).Distinct().Count());
        foreach (int i in names)
            Assert.Contains($"via 10.2.{i}.1 dev net{i}", _pod.Exec("ip", $"route get 192.0.2.1 from 10.2.{i}.5"));
    }
}
