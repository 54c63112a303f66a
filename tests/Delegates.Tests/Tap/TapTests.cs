using MultiNet.Cni;
using MultiNet.Delegates.Tests.Bridge;

namespace MultiNet.Delegates.Tests.Tap;

public sealed class TapTests : IDisposable
{
    private const string Layer2 = """{"cniVersion":"1.1.0","name":"net","type":"tap"}""";
    private const string Config = """{"cniVersion":"1.1.0","name":"net","type":"tap","ipam":{"type":"fake"}}""";

    private readonly TestNode _node = new();
    private readonly TestNode.Pod _pod;

    public TapTests()
    {
        _pod = _node.AddPod();
        _node.Ipam.Result =
            """{"ips":[{"address":"10.1.2.5/24","gateway":"10.1.2.1"},{"address":"fd00:1::5/64","gateway":"fd00:1::1"}],"routes":[{"dst":"10.9.0.0/16"}],"dns":{"domain":"of.ipam"}}""";
    }

    public void Dispose() => _node.Dispose();

    private static string With(string key, string value, string config = Layer2) => BridgeAddTests.Set(config, key, value);

    private System.Text.Json.JsonElement Tun() => _pod.Link().GetProperty("linkinfo").GetProperty("info_data");

    private bool NothingIsRecorded => !Directory.Exists(_node.RecordsFolder) || Directory.GetFiles(_node.RecordsFolder, "*", SearchOption.AllDirectories).Length == 0;

    [Fact]
    public void Tap_MakesADeviceThatStays_AndIsUp()
    {
        var result = _node.Add(Layer2, _pod, linkGroup: 7);
        Assert.Equal("tap", Tun().GetProperty("type").GetString());
        Assert.True(Tun().GetProperty("persist").GetBoolean());
        Assert.Equal("7", _pod.Link().GetProperty("group").GetString());
        Assert.Contains("UP", _pod.Link().GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()));
        var made = Assert.Single(result.Interfaces);
        Assert.Equal(("eth0", _pod.Path, _pod.Link().GetProperty("address").GetString(), 1500), (made.Name, made.Sandbox, made.Mac, made.Mtu));
        Assert.Empty(result.IPs);
        Assert.Empty(_node.Ipam.Calls);
        Assert.Empty(_node.HostLinks());
    }

    [Fact]
    public void Tap_GetsAddressesAndRoutes()
    {
        var result = _node.Add(Config, _pod);
        Assert.Equal(["10.1.2.5/24"], BridgeAddTests.Addresses(_pod.Path, "eth0", "inet"));
        Assert.Contains("fd00:1::5/64", BridgeAddTests.Addresses(_pod.Path, "eth0", "inet6"));
        Assert.Contains("10.9.0.0/16 via 10.1.2.1", _pod.Exec("ip", "route show dev eth0"));
        Assert.All(result.IPs, ip => Assert.Equal(0, ip.Interface));
        Assert.Equal("of.ipam", result.Dns.Domain);
        Assert.Equal("1", _pod.Sysctl("net/ipv4/conf/eth0/arp_notify"));
    }

    [Theory]
    [InlineData("\"owner\":107", "107", null, false, false)]
    [InlineData("\"group\":108", null, "108", false, false)]
    [InlineData("\"owner\":107,\"group\":108", "107", "108", true, true)]
    [InlineData("\"owner\":107,\"group\":108,\"multiQueue\":true", "107", "108", false, true)]
    [InlineData("\"owner\":0,\"group\":0", "0", "0", true, true)]
    public void Tap_HasOwnerAndGroup(string keys, string? owner, string? group, bool information, bool header)
    {
        _node.Add(Layer2.TrimEnd('}') + "," + keys + "}", _pod);
        Assert.Equal((owner, group), (Text("user"), Text("group")));
        Assert.Equal((information, header), (Tun().GetProperty("pi").GetBoolean(), Tun().GetProperty("vnet_hdr").GetBoolean()));
        Assert.Equal(keys.Contains("multiQueue"), Tun().GetProperty("multi_queue").GetBoolean());

        // Names where the machine has some.
        string? Text(string key) => !Tun().TryGetProperty(key, out var value) ? null : value.ToString() is "root" ? "0" : value.ToString();
    }

    [Theory]
    [InlineData("\"mac\":\"0a:58:0a:01:02:03\"", "", "0a:58:0a:01:02:03")]
    [InlineData("\"mac\":\"0a:58:0a:01:02:03\"", "MAC=0a:58:0a:01:02:04", "0a:58:0a:01:02:04")]
    [InlineData("\"mac\":\"0a:58:0a:01:02:03\",\"runtimeConfig\":{\"mac\":\"0a:58:0a:01:02:05\"}", "MAC=0a:58:0a:01:02:04", "0a:58:0a:01:02:05")]
    [InlineData("\"mac\":\"0a:58:0a:01:02:03\",\"owner\":1,\"group\":1", "", "0a:58:0a:01:02:03")]
    public void Tap_HasItsAddress_HoweverItIsMade(string keys, string args, string mac)
    {
        var result = _node.Add(Layer2.TrimEnd('}') + "," + keys + "}", _pod, args: args);
        Assert.Equal(mac, _pod.Link().GetProperty("address").GetString());
        Assert.Equal(mac, result.Interfaces[0].Mac);
    }

    [Fact]
    public void Tap_HasItsMtu()
    {
        Assert.Equal(1400, _node.Add(With("mtu", "1400"), _pod).Interfaces[0].Mtu);
        Assert.Equal(1400, _pod.Link().GetProperty("mtu").GetInt32());
    }

    [Fact]
    public void Tap_IsAPortOfABridgeInTheContainer()
    {
        _pod.Exec("ip", "link add br1 type bridge");
        string config = With("bridge", "\"br1\"");
        var result = _node.Add(config, _pod);
        Assert.Equal("br1", _pod.Link().GetProperty("master").GetString());
        config = TestNode.WithPrevResult(config, result);
        _node.Call(CniVerb.Check, config, _pod);
        _pod.Exec("ip", "link set eth0 nomaster");
        Assert.Equal("Interface eth0 is no port of bridge br1", Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, config, _pod)).Message);
    }

    [Theory]
    [InlineData("link add br1 type bridge", "br2", "failed to get bridge br2: Link not found")]
    [InlineData("tuntap add mode tap name br1", "br1", "failed to get bridge br1: it is no bridge")]
    public void Tap_NeedsItsBridge(string prepare, string bridge, string message)
    {
        _pod.Exec("ip", prepare);
        Assert.Equal(message, Assert.Throws<CniException>(() => _node.Add(With("bridge", $"\"{bridge}\"", Config), _pod)).Message);
        Assert.False(_pod.HasLink());
        Assert.Empty(_node.Ipam.Calls);
        Assert.True(NothingIsRecorded);
    }

    [Fact]
    public void Tap_SaysWhereSelinuxIsMissing_AndLeavesNothing()
    {
        var error = Assert.Throws<CniException>(() => _node.Add(With("selinuxContext", "\"system_u:system_r:container_t:s0\"", Config), _pod));
        Assert.StartsWith("failed set socket label: ", error.Message);
        Assert.False(_pod.HasLink());
        Assert.Empty(_node.HostLinks());
        Assert.True(NothingIsRecorded);
    }

    [Theory]
    [InlineData("\"owner\":-1", CniErrorCode.DecodingFailure)]
    [InlineData("\"owner\":\"root\"", CniErrorCode.DecodingFailure)]
    [InlineData("\"owner\":4294967295", CniErrorCode.InvalidNetworkConfig)]
    [InlineData("\"group\":4294967296", CniErrorCode.InvalidNetworkConfig)]
    [InlineData("\"multiQueue\":\"true\"", CniErrorCode.DecodingFailure)]
    [InlineData("\"mtu\":5", CniErrorCode.InvalidNetworkConfig)]
    [InlineData("\"mtu\":\"1400\"", CniErrorCode.DecodingFailure)]
    [InlineData("\"mac\":\"x\"", CniErrorCode.InvalidNetworkConfig)]
    [InlineData("\"mac\":5", CniErrorCode.DecodingFailure)]
    [InlineData("\"bridge\":\"a/b\"", CniErrorCode.InvalidNetworkConfig)]
    [InlineData("\"bridge\":true", CniErrorCode.DecodingFailure)]
    [InlineData("\"selinuxContext\":1", CniErrorCode.DecodingFailure)]
    [InlineData("\"enabledad\":1", CniErrorCode.DecodingFailure)]
    public void Tap_RefusesWrongValues(string keys, CniErrorCode code)
    {
        var error = Assert.Throws<CniException>(() => _node.Add(Config.TrimEnd('}') + "}," + keys + "}", _pod));
        Assert.Equal(code, error.Code);
        Assert.False(_pod.HasLink());
        Assert.Empty(_node.Ipam.Calls);
    }

    [Fact]
    public void Tap_RefusesASecondAdd_AndLeavesTheFirstAlone()
    {
        _node.Add(Config, _pod);
        string before = _pod.Exec("ip", "-o addr show dev eth0");
        Assert.Equal("failed to create tap: interface \"eth0\" already exists", Assert.Throws<CniException>(() => _node.Add(Config, _pod)).Message);
        Assert.Equal(before, _pod.Exec("ip", "-o addr show dev eth0"));
        Assert.Equal(["ADD fake eth0"], _node.Ipam.Calls);
        Assert.False(NothingIsRecorded);
    }

    [Theory]
    [InlineData("""{"ips":[]}""", "IPAM plugin returned missing IP config")]
    [InlineData("""{"ips":[{"address":"10.1.2.5/24","gateway":"fd00::1"}]}""", "IPAM plugin returned the gateway fd00::1 for the address 10.1.2.5/24")]
    [InlineData("""{"ips":[{"address":"10.1.2.5/24"}],"routes":[{"dst":"10.9.0.0/16","gw":"192.0.2.1"}]}""", "failed to configure \"eth0\"")]
    public void Tap_UndoesEverything_WhenAStepFails(string result, string message)
    {
        _node.Ipam.Result = result;
        Assert.StartsWith(message, Assert.Throws<CniException>(() => _node.Add(Config, _pod)).Message);
        Assert.Equal(["ADD fake eth0", "DEL fake eth0"], _node.Ipam.Calls);
        Assert.False(_pod.HasLink());
        Assert.True(NothingIsRecorded);
    }

    [Fact]
    public void Tap_UndoesEverything_WhenIpamFails()
    {
        _node.Ipam.Failure = verb => verb == CniVerb.Add ? new CniException(CniErrorCode.TryAgainLater, "later") : null;
        Assert.Equal(CniErrorCode.TryAgainLater, Assert.Throws<CniException>(() => _node.Add(Config, _pod)).Code);
        Assert.Equal(["ADD fake eth0", "DEL fake eth0"], _node.Ipam.Calls);
        Assert.False(_pod.HasLink());
        Assert.True(NothingIsRecorded);
    }

    [Fact]
    public void Tap_IsDetached_AndMayBeToldTwice()
    {
        string config = TestNode.WithPrevResult(Config, _node.Add(Config, _pod));
        _node.Call(CniVerb.Del, config, _pod);
        Assert.False(_pod.HasLink());
        Assert.True(NothingIsRecorded);
        _node.Call(CniVerb.Del, config, _pod);
        Assert.Equal(["ADD fake eth0", "DEL fake eth0", "DEL fake eth0"], _node.Ipam.Calls);
    }

    [Fact]
    public void Tap_IsDetached_BeforeAnyAdd_AndWithBrokenKeys()
    {
        _node.Call(CniVerb.Del, Config, _pod);
        _node.Add(Config, _pod);
        _node.Call(CniVerb.Del, With("owner", "\"nobody\"", With("mac", "5", Config)), _pod, args: "=;=");
        Assert.False(_pod.HasLink());
        Assert.Equal("DEL fake eth0", _node.Ipam.Calls[^1]);
    }

    [Fact]
    public void Tap_IsReleased_WhenTheNamespaceIsGone()
    {
        _node.Add(Config, _pod);
        _pod.Vanish();
        _node.Call(CniVerb.Del, Config, _pod);
        Assert.Equal("DEL fake eth0", _node.Ipam.Calls[^1]);
        Assert.True(NothingIsRecorded);
    }

    [Fact]
    public void Tap_IsDeletedWhereItWasMade_WhenTheRuntimeNamesNoNamespace()
    {
        _node.Add(Config, _pod);
        _node.Call(CniVerb.Del, Config, pod: null, containerId: _pod.Id);
        Assert.False(_pod.HasLink());
        Assert.True(NothingIsRecorded);
    }

    [Fact]
    public void Tap_KeepsItsRecord_UntilTheAddressIsReleased()
    {
        _node.Add(Config, _pod);
        _node.Ipam.Failure = _ => new CniException(CniErrorCode.TryAgainLater, "later");
        Assert.Throws<CniException>(() => _node.Call(CniVerb.Del, Config, _pod));
        Assert.False(_pod.HasLink());
        Assert.False(NothingIsRecorded);
        _node.Ipam.Failure = _ => null;
        _node.Call(CniVerb.Del, Config, _pod);
        Assert.True(NothingIsRecorded);
    }

    [Theory]
    [InlineData("ip addr del 10.1.2.5/24 dev eth0", "Failed to match addr 10.1.2.5/24 on interface eth0")]
    [InlineData("ip addr del fd00:1::5/64 dev eth0", "Failed to match addr fd00:1::5/64 on interface eth0")]
    [InlineData("ip route del 10.9.0.0/16", "Expected Route 10.9.0.0/16 not found in routing table")]
    [InlineData("ip link set eth0 down", "Interface eth0 is down")]
    [InlineData("ip link set eth0 mtu 1300", "Interface eth0 MTU 1500 doesn't match container MTU: 1300")]
    [InlineData("ip link set eth0 address 0a:00:00:00:00:01", "Interface eth0 Mac ")]
    [InlineData("ip link del eth0", "Interface name eth0 not found")]
    public void Tap_FailsCheck_WhenSomebodyManipulated(string command, string message)
    {
        string config = TestNode.WithPrevResult(Config, _node.Add(Config, _pod));
        _node.Call(CniVerb.Check, config, _pod);
        _pod.Exec("ip", command[3..]);
        Assert.StartsWith(message, Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, config, _pod)).Message);
    }

    [Theory]
    [InlineData("tuntap add mode tap name eth0 user 5", "Interface eth0 owner none doesn't match container owner: 5")]
    [InlineData("tuntap add mode tap name eth0 group 5", "Interface eth0 group none doesn't match container group: 5")]
    [InlineData("tuntap add mode tap name eth0 multi_queue", "Interface eth0 multiQueue False doesn't match container multiQueue: True")]
    [InlineData("tuntap add mode tun name eth0", "Error: Container interface eth0 not of type tap")]
    [InlineData("link add eth0 type bridge", "Error: Container interface eth0 not of type tap")]
    public void Tap_FailsCheck_WhenAnotherDeviceHasItsPlace(string command, string message)
    {
        var result = _node.Add(Layer2, _pod);
        string config = TestNode.WithPrevResult(Layer2, result with { Interfaces = [result.Interfaces[0] with { Mac = "" }] });
        _pod.Exec("ip", "link del eth0");
        _pod.Exec("ip", command);
        _pod.Exec("ip", "link set eth0 up");
        Assert.Equal(message, Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, config, _pod)).Message);
    }

    [Fact]
    public void Tap_ForwardsStatusToIpam()
    {
        _node.Call(CniVerb.Status, Config);
        _node.Ipam.Failure = _ => new CniException(CniErrorCode.PluginNotAvailable, "exhausted");
        Assert.Equal("exhausted", Assert.Throws<CniException>(() => _node.Call(CniVerb.Status, Config)).Message);
        _node.Ipam.Failure = _ => null;
        _node.Call(CniVerb.Status, Layer2);
        Assert.Equal(["STATUS fake ", "STATUS fake "], _node.Ipam.Calls);
    }

    [Fact]
    public void Tap_IsCollected_InANamespaceThatLivesOn_WhenNobodyOwnsIt()
    {
        var second = _node.AddPod();
        _node.Add(Config, _pod);
        _node.Add(Config, second);
        string Gc(string valid) => With("cni.dev/valid-attachments", valid, Config);
        _node.Call(CniVerb.Gc, Config);
        Assert.True(_pod.HasLink());
        _node.Call(CniVerb.Gc, With("name", "\"other\"", Gc("[]")));
        Assert.True(_pod.HasLink());
        _node.Call(CniVerb.Gc, Gc($$"""[{"containerID":"{{second.Id}}","ifname":"eth0"}]"""));
        Assert.False(_pod.HasLink());
        Assert.True(second.HasLink());
        second.Exec("ip", "link set eth0 name eth1");
        second.Exec("ip", "link add eth0 type bridge");
        _node.Call(CniVerb.Gc, Gc("[]"));
        Assert.True(second.HasLink());
        Assert.True(NothingIsRecorded);
        Assert.Equal("GC fake ", _node.Ipam.Calls[^1]);
    }

    [Theory]
    [InlineData("0.1.0")]
    [InlineData("0.2.0")]
    [InlineData("0.3.0")]
    [InlineData("0.3.1")]
    [InlineData("0.4.0")]
    [InlineData("1.0.0")]
    [InlineData("1.1.0")]
    public void Tap_AnswersInEveryVersion(string version) =>
        Assert.Equal(version, _node.Add(Config.Replace("1.1.0", version), _pod).CniVersion);
}
