using System.Text;
using MultiNet.Cni;
using MultiNet.Delegates.Ipam.Static;

namespace MultiNet.Delegates.Tests.Ipam;

public sealed class StaticPluginTests
{
    private readonly StaticPlugin _plugin = new();

    public static TheoryData<string> Versions => [.. CniVersion.All];

    private static string Config(string ipam, string version = "1.1.0", string rest = "") =>
        $$"""{"cniVersion":"{{version}}","name":"net1","type":"bridge","ipam":{"type":"static"{{(ipam.Length > 0 ? "," + ipam : "")}}}{{(rest.Length > 0 ? "," + rest : "")}}}""";

    private static string[] Describe(CniResult result) => [.. result.IPs.Select(ip => ip.Gateway is null ? ip.Address.ToString() : $"{ip.Address} via {ip.Gateway}")];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Static_ReturnsWhatIsConfigured_InEveryVersion(string version)
    {
        string config = Config(
            """
            "addresses":[{"address":"10.10.0.1/24","gateway":"10.10.0.254"},{"address":"3ffe:ffff:0:01ff::1/64","gateway":"3ffe:ffff:0::1"}],
            "routes":[{"dst":"0.0.0.0/0"},{"dst":"192.168.0.0/16","gw":"10.10.5.1"},{"dst":"3ffe:ffff:0:01ff::1/64"}],
            "dns":{"nameservers":["10.10.0.1"],"domain":"d","search":["s"],"options":["o"]}
            """,
            version);

        var result = IpamCall.Add(_plugin, config);

        Assert.Equal(version, result.CniVersion);
        Assert.Equal(["10.10.0.1/24 via 10.10.0.254", "3ffe:ffff:0:1ff::1/64 via 3ffe:ffff::1"], Describe(result));
        Assert.Equal(3, result.Routes.Count);
        Assert.Equal("10.10.5.1", result.Routes[1].Gw!.ToString());
        Assert.Equal(["10.10.0.1"], result.Dns.Nameservers);
        Assert.Equal("d", result.Dns.Domain);
        Assert.Equal(["s"], result.Dns.Search);
        Assert.Equal(["o"], result.Dns.Options);
        IpamCall.Del(_plugin, config);
        IpamCall.Del(_plugin, config);
    }

    [Theory]
    [InlineData("", "", new[] { "10.0.0.5/24 via 10.0.0.1" })]
    [InlineData("IP=10.1.0.5/16, 2001:db8::5/64;GATEWAY=10.1.0.1,2001:db8::1", "", new[] { "10.0.0.5/24 via 10.0.0.1", "10.1.0.5/16 via 10.1.0.1", "2001:db8::5/64 via 2001:db8::1" })]
    [InlineData("GATEWAY=10.0.0.9", "", new[] { "10.0.0.5/24 via 10.0.0.1" })]
    [InlineData("IgnoreUnknown=1;K8S_POD_NAME=p;IP=10.1.0.5/16", "", new[] { "10.0.0.5/24 via 10.0.0.1", "10.1.0.5/16" })]
    [InlineData("IP=10.1.0.5/16", "\"args\":{\"cni\":{\"ips\":[\"10.2.0.5/24\"]}}", new[] { "10.2.0.5/24" })]
    [InlineData("IP=10.1.0.5/16", "\"args\":{\"cni\":{\"ips\":[\"10.2.0.5/24\"]}},\"runtimeConfig\":{\"ips\":[\"10.3.0.5/24\",\"2001:db8::7/64\"]}", new[] { "10.3.0.5/24", "2001:db8::7/64" })]
    [InlineData("", "\"args\":{\"cni\":{\"ips\":[]}},\"runtimeConfig\":{\"ips\":null}", new[] { "10.0.0.5/24 via 10.0.0.1" })]
    public void Addresses_AreTakenFromTheStrongestSource(string args, string rest, string[] expected) =>
        Assert.Equal(expected, Describe(IpamCall.Add(_plugin, Config("\"addresses\":[{\"address\":\"10.0.0.5/24\",\"gateway\":\"10.0.0.1\"}]", rest: rest), args: args)));

    [Theory]
    [InlineData("{\"address\":\"10.0.0.5/24\",\"Address\":{\"IP\":\"10.0.0.5\",\"Mask\":\"////AA==\"},\"Version\":\"4\"}")]
    [InlineData("{\"Address\":{\"IP\":\"\",\"Mask\":null},\"Version\":\"\",\"address\":\"10.0.0.5/24\"}")]
    [InlineData("{\"ADDRESS\":\"10.0.0.5/24\"}")]
    public void Address_IsRead_WhereAProgramInGoHasWrittenItsOwnFieldsBesideIt(string address) =>
        Assert.Equal(["10.0.0.5/24"], Describe(IpamCall.Add(_plugin, Config($"\"addresses\":[{address}]"))));

    [Theory]
    [InlineData("\"runtimeConfig\":{\"ips\":[\"10.0.0.77/24\"]}", "10.0.0.77/24 via 10.0.0.1")]
    [InlineData("\"args\":{\"cni\":{\"ips\":[\"10.0.0.77/24\"]}}", "10.0.0.77/24 via 10.0.0.1")]
    [InlineData("\"args\":{\"cni\":{\"ips\":[\"10.0.0.77/24\"]}},\"runtimeConfig\":{\"ips\":[\"10.0.0.78/24\"]}", "10.0.0.78/24 via 10.0.0.1")]
    [InlineData("\"runtimeConfig\":{\"ips\":[\"10.0.0.77/25\"]}", "10.0.0.77/25")]
    [InlineData("\"runtimeConfig\":{\"ips\":[\"10.0.1.77/24\"]}", "10.0.1.77/24")]
    [InlineData("\"runtimeConfig\":{\"ips\":[\"10.0.0.1/24\"]}", "10.0.0.1/24")]
    public void ReplacedAddress_LeavesItsGatewayBehind_InTheSameSubnet(string rest, string expected) =>
        Assert.Equal([expected], Describe(IpamCall.Add(_plugin, Config("\"addresses\":[{\"address\":\"10.0.0.5/24\",\"gateway\":\"10.0.0.1\"}]", rest: rest))));

    [Theory]
    [InlineData("\"addresses\":[{\"address\":\"10.0.0.5\"}]", "", "", "the 'address' field is expected to be in CIDR notation, got: '10.0.0.5'")]
    [InlineData("\"addresses\":[{}]", "", "", "the 'address' field is expected to be in CIDR notation, got: ''")]
    [InlineData("\"addresses\":[null]", "", "", "the 'address' field is expected to be in CIDR notation, got: ''")]
    [InlineData("", "IP=10.0.0.5", "", "the 'ip' field is expected to be in CIDR notation, got: '10.0.0.5'")]
    [InlineData("", "IP=10.0.0.5/24,", "", "the 'ip' field is expected to be in CIDR notation, got: ''")]
    [InlineData("", "IP=10.0.0.5/24;GATEWAY=x", "", "invalid gateway address: x")]
    [InlineData("", "", "\"args\":{\"cni\":{\"ips\":[\"10.0.0.5\"]}}", "an entry in the 'ips' field is NOT in CIDR notation, got: '10.0.0.5'")]
    [InlineData("", "", "\"runtimeConfig\":{\"ips\":[\"10.0.0.5/33\"]}", "an entry in the 'ips' field is NOT in CIDR notation, got: '10.0.0.5/33'")]
    [InlineData("\"addresses\":[{\"address\":\"10.0.0.5/24\"},{\"address\":\"10.0.0.5/16\"}]", "", "", "address 10.0.0.5 is given twice")]
    [InlineData("\"addresses\":[{\"address\":\"2001:db8::5/64\"}]", "IP=2001:DB8:0::5/64", "", "address 2001:db8::5 is given twice")]
    public void Config_IsRefused_InTheReferencesWords(string ipam, string args, string rest, string message)
    {
        var error = IpamCall.AddFails(_plugin, Config(ipam, rest: rest), args: args);

        Assert.Equal((CniErrorCode.InvalidNetworkConfig, message), (error.Code, error.Message));
    }

    [Fact]
    public void Config_WithoutIpam_IsRefused() =>
        Assert.Equal("IPAM config missing 'ipam' key", IpamCall.AddFails(_plugin, "{\"cniVersion\":\"1.1.0\",\"name\":\"net1\"}").Message);

    [Theory]
    [InlineData("\"addresses\":{}")]
    [InlineData("\"addresses\":[\"10.0.0.5/24\"]")]
    [InlineData("\"addresses\":[{\"address\":\"10.0.0.5/24\",\"gateway\":\"10.0.0\"}]")]
    [InlineData("\"routes\":[{\"dst\":\"x\"}]")]
    [InlineData("\"dns\":[]")]
    public void Config_OfWrongTypes_IsRefused(string ipam) =>
        Assert.Equal(CniErrorCode.DecodingFailure, IpamCall.AddFails(_plugin, Config(ipam)).Code);

    [Theory]
    [InlineData("0.1.0")]
    [InlineData("0.2.0")]
    public void Config_OfOldVersion_AllowsOneAddressPerFamily(string version) =>
        Assert.Equal(
            $"CNI version {version} does not support more than 1 address per family",
            IpamCall.AddFails(_plugin, Config("\"addresses\":[{\"address\":\"10.0.0.5/24\"},{\"address\":\"10.0.0.6/24\"}]", version)).Message);

    [Fact]
    public void Del_Succeeds_WhateverTheConfigurationIs() => IpamCall.Del(_plugin, Config("\"addresses\":42"));

    [Theory]
    [InlineData("{\"address\":\"10.0.0.5/24\",\"gateway\":\"10.0.0.1\"}", true)]
    [InlineData("{\"address\":\"192.168.0.1/24\"},{\"address\":\"10.0.0.5/24\",\"gateway\":\"10.0.0.1\"}", true)]
    [InlineData("{\"address\":\"10.0.0.5/24\",\"gateway\":\"10.0.0.2\"}", false)]
    [InlineData("{\"address\":\"10.0.0.5/16\",\"gateway\":\"10.0.0.1\"}", false)]
    [InlineData("{\"address\":\"10.0.0.6/24\",\"gateway\":\"10.0.0.1\"}", false)]
    [InlineData("", false)]
    public void Check_WantsEveryAddressInTheResult(string ips, bool passes)
    {
        string config = Config("\"addresses\":[{\"address\":\"10.0.0.5/24\",\"gateway\":\"10.0.0.1\"}]", rest: $"\"prevResult\":{{\"ips\":[{ips}]}}");

        var error = Record.Exception(() => IpamCall.Check(_plugin, config));

        if (passes)
            Assert.Null(error);
        else
            Assert.Equal("static: Failed to match addr 10.0.0.5 on interface eth0", Assert.IsType<CniException>(error).Message);
    }

    [Fact]
    public void Check_NeedsTheResult() =>
        Assert.Equal("Required prevResult missing", Assert.Throws<CniException>(() => IpamCall.Check(_plugin, Config(""))).Message);

    [Fact]
    public void StatusAndGc_HaveNothingToDo_ButToReadTheConfiguration()
    {
        IpamCall.Status(_plugin, Config("\"addresses\":[{\"address\":\"10.0.0.5/24\"}]"));
        IpamCall.Gc(_plugin, Config("\"addresses\":42"));
        Assert.Throws<CniException>(() => IpamCall.Status(_plugin, Config("\"addresses\":[{\"address\":\"10.0.0.5\"}]")));
    }

    [Fact]
    public void Config_ThatIsDamaged_CausesOnlyCniErrors()
    {
        var random = new Random(99);
        byte[] valid = Encoding.UTF8.GetBytes(Config(
            "\"addresses\":[{\"address\":\"10.0.0.5/24\",\"gateway\":\"10.0.0.1\"}],\"routes\":[{\"dst\":\"0.0.0.0/0\",\"mtu\":1400}],\"dns\":{\"domain\":\"d\",\"search\":[\"s\"]}",
            rest: "\"runtimeConfig\":{\"ips\":[\"10.0.0.9/24\"]},\"args\":{\"cni\":{\"ips\":[\"2001:db8::5/64\"]}}"));
        int passed = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = HostLocalConfigTests.Damage(valid, random);
            try
            {
                StaticConfig.Read(new PluginContext(new CniCall { Verb = CniVerb.Add, ContainerId = "c1", IfName = "eth0", Config = damaged }, null!));
                passed++;
            }
            catch (CniException)
            {
            }
        }
        Assert.NotEqual(0, passed);
    }
}
