using System.Text;
using MultiNet.Cni;
using MultiNet.Delegates.Ipam.HostLocal;

namespace MultiNet.Delegates.Tests.Ipam;

public sealed class HostLocalConfigTests : IDisposable
{
    private readonly HostLocalDirectory _directory = new();
    private readonly HostLocalPlugin _plugin = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("\"routes\":[]", "no IP ranges specified")]
    [InlineData("\"subnet\":\"10.1.2.0/31\"", "invalid range set 0: Network 10.1.2.0/31 too small to allocate from")]
    [InlineData("\"subnet\":\"2001:db8::/127\"", "invalid range set 0: Network 2001:db8::/127 too small to allocate from")]
    [InlineData("\"subnet\":\"10.1.2.3/24\"", "invalid range set 0: Network has host bits set. For a subnet mask of length 24 the network address is 10.1.2.0")]
    [InlineData("\"subnet\":\"10.1.2.0/24\",\"rangeStart\":\"10.1.3.5\"", "invalid range set 0: RangeStart 10.1.3.5 not in network 10.1.2.0/24")]
    [InlineData("\"subnet\":\"10.1.2.0/24\",\"rangeEnd\":\"10.1.3.5\"", "invalid range set 0: RangeEnd 10.1.3.5 not in network 10.1.2.0/24")]
    [InlineData("\"subnet\":\"10.1.2.0/24\",\"rangeEnd\":\"::5\"", "invalid range set 0: RangeEnd ::5 not in network 10.1.2.0/24")]
    [InlineData("\"subnet\":\"10.1.2.0/24\",\"rangeStart\":\"10.1.2.9\",\"rangeEnd\":\"10.1.2.8\"", "invalid range set 0: RangeStart 10.1.2.9 not in network 10.1.2.0/24")]
    [InlineData("\"subnet\":\"10.1.2.0/24\",\"rangeEnd\":\"10.1.2.0\"", "invalid range set 0: RangeEnd 10.1.2.0 not in network 10.1.2.0/24")]
    [InlineData("\"ranges\":[[]]", "invalid range set 0: empty range set")]
    [InlineData("\"ranges\":[null]", "invalid range set 0: empty range set")]
    [InlineData("\"ranges\":[[{}]]", "invalid range set 0: IP <nil> not v4 nor v6")]
    [InlineData("\"ranges\":[[null]]", "invalid range set 0: IP <nil> not v4 nor v6")]
    [InlineData("\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"},{\"subnet\":\"2001:db8::/64\"}]]", "invalid range set 0: mixed address families")]
    [InlineData("\"ranges\":[[{\"subnet\":\"10.1.0.0/16\"},{\"subnet\":\"10.1.2.0/24\"}]]", "invalid range set 0: subnets 10.1.0.1-10.1.255.254 and 10.1.2.1-10.1.2.254 overlap")]
    [InlineData("\"subnet\":\"10.9.0.0/16\",\"ranges\":[[{\"subnet\":\"10.1.0.0/16\"}],[{\"subnet\":\"10.1.2.0/24\"}]]", "range set 1 overlaps with 2")]
    public void Config_IsRefused_InTheReferencesWords(string ipam, string message)
    {
        var error = IpamCall.AddFails(_plugin, _directory.Config(ipam));

        Assert.Equal((CniErrorCode.InvalidNetworkConfig, message), (error.Code, error.Message));
        Assert.False(Directory.Exists(_directory.Network));
    }

    [Theory]
    [InlineData("\"subnet\":\"10.1.2.0\"", "invalid CIDR address: 10.1.2.0")]
    [InlineData("\"subnet\":7", "expected a string")]
    [InlineData("\"subnet\":\"10.1.2.0/24\",\"gateway\":\"10.1.2\"", "invalid IP address: 10.1.2")]
    [InlineData("\"ranges\":[{\"subnet\":\"10.1.2.0/24\"}]", "expected an array")]
    [InlineData("\"subnet\":\"10.1.2.0/24\",\"routes\":[{}]", "dst")]
    [InlineData("\"subnet\":\"10.1.2.0/24\",\"routes\":[null]", "routes[0]")]
    public void Config_OfWrongTypes_IsRefusedWithItsPath(string ipam, string text)
    {
        var error = IpamCall.AddFails(_plugin, _directory.Config(ipam));

        Assert.Equal(CniErrorCode.DecodingFailure, error.Code);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.Contains("ipam.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Config_WithoutIpam_IsRefused()
    {
        var error = IpamCall.AddFails(_plugin, "{\"cniVersion\":\"1.1.0\",\"name\":\"net1\"}");

        Assert.Equal((CniErrorCode.InvalidNetworkConfig, "IPAM config missing 'ipam' key"), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("0.1.0")]
    [InlineData("0.2.0")]
    public void Config_OfOldVersion_AllowsOneAddressPerFamily(string version)
    {
        string two = "\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"}],[{\"subnet\":\"2001:db8::/64\"}]]";
        Assert.Equal(2, IpamCall.Add(_plugin, _directory.Config(two, version)).IPs.Count);

        var error = IpamCall.AddFails(_plugin, _directory.Config("\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"}],[{\"subnet\":\"10.1.4.0/24\"}]]", version));

        Assert.Equal($"CNI version {version} does not support more than 1 address per family", error.Message);
    }

    [Theory]
    [InlineData("ranges", "subnet")]
    [InlineData("RANGES", "Subnet")]
    public void Config_KeysMatchInAnyCase(string ranges, string subnet) =>
        Assert.Single(IpamCall.Add(_plugin, _directory.Config($"\"{ranges}\":[[{{\"{subnet}\":\"10.1.2.0/24\"}}]]")).IPs);

    [Fact]
    public void Config_OfOneWholeFamily_Works() =>
        Assert.Equal("::2/0", IpamCall.Add(_plugin, _directory.Config("\"subnet\":\"::/0\"")).IPs[0].Address.ToString());

    [Fact]
    public void Config_AtTheEndOfIPv4_DoesNotWrap() =>
        Assert.Equal("255.255.255.254/30", IpamCall.Add(_plugin, _directory.Config("\"subnet\":\"255.255.255.252/30\"")).IPs[0].Address.ToString());

    [Theory]
    [InlineData("UNKNOWN=1")]
    [InlineData("IP")]
    [InlineData("IP=10.1.2.3=4")]
    public void Arguments_ThatAreMalformed_AreRefused(string args) =>
        Assert.Equal(
            CniErrorCode.InvalidEnvironmentVariables,
            IpamCall.AddFails(_plugin, _directory.Config("\"subnet\":\"10.1.2.0/24\""), args: args).Code);

    [Theory]
    [InlineData("../escape")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("-n")]
    public void Directory_CannotBeLeft_ByTheNetworksName(string name)
    {
        string config = _directory.Config("\"subnet\":\"10.1.2.0/24\"").Replace("net1", name, StringComparison.Ordinal);
        foreach (var verb in new[] { CniVerb.Add, CniVerb.Del })
        {
            var call = new CniCall { Verb = verb, ContainerId = "c1", IfName = "eth0", Config = Encoding.UTF8.GetBytes(config) };
            var context = new PluginContext(call, null!);
            Assert.Equal(
                CniErrorCode.InvalidNetworkConfig,
                Assert.Throws<CniException>(() => { if (verb == CniVerb.Add) _plugin.Add(context); else _plugin.Del(context); }).Code);
        }
    }

    [Fact]
    public void Config_ThatIsDamaged_CausesOnlyCniErrors()
    {
        // A fixed seed: a failure can be repeated.
        var random = new Random(4711);
        byte[] valid = Encoding.UTF8.GetBytes(_directory.Config(
            """
            "ranges":[[{"subnet":"10.1.2.0/24","rangeStart":"10.1.2.20","rangeEnd":"10.1.2.50","gateway":"10.1.2.1"}],[{"subnet":"2001:db8::/64"}]],
            "routes":[{"dst":"0.0.0.0/0","gw":"10.1.2.1","mtu":1400}],"resolvConf":"/nonexistent"
            """,
            rest: "\"args\":{\"cni\":{\"ips\":[\"10.1.2.30\"]}},\"runtimeConfig\":{\"ips\":[\"2001:db8::9\"],\"ipRanges\":[[{\"subnet\":\"10.1.9.0/24\"}]]}"));
        int passed = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = Damage(valid, random);
            foreach (var verb in new[] { CniVerb.Add, CniVerb.Check, CniVerb.Status, CniVerb.Gc })
            {
                var call = new CniCall { Verb = verb, ContainerId = "c1", IfName = "eth0", Config = damaged };
                try
                {
                    var context = new PluginContext(call, null!);
                    HostLocalConfig.Read(context);
                    HostLocalConfig.ReadDirectory(context);
                    passed++;
                }
                catch (CniException)
                {
                }
            }
        }
        Assert.NotEqual(0, passed);
    }

    internal static byte[] Damage(byte[] valid, Random random)
    {
        byte[] damaged = [.. valid];
        int changes = random.Next(1, 4);
        for (int i = 0; i < changes; i++)
        {
            int at = random.Next(damaged.Length);
            switch (random.Next(4))
            {
                case 0:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged[at] = (byte)"0123456789/:.\"{}[],-e"[random.Next(21)];
                    break;
                case 2:
                    damaged = [.. damaged[..at], .. damaged[Math.Min(at + random.Next(6), damaged.Length)..]];
                    break;
                default:
                    damaged = [.. damaged[..at], .. damaged[at..Math.Min(at + random.Next(12), damaged.Length)], .. damaged[at..]];
                    break;
            }
            if (damaged.Length == 0)
                return damaged;
        }
        return damaged;
    }
}
