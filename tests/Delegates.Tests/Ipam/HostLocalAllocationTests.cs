using MultiNet.Cni;
using MultiNet.Delegates.Ipam.HostLocal;

namespace MultiNet.Delegates.Tests.Ipam;

public sealed class HostLocalAllocationTests : IDisposable
{
    private readonly HostLocalDirectory _directory = new();
    private readonly HostLocalPlugin _plugin = new();

    public void Dispose() => _directory.Dispose();

    public static TheoryData<string> Versions => [.. CniVersion.All];

    [Theory]
    [MemberData(nameof(Versions))]
    public void HostLocal_GivesFirstAddressAndGateway_InEveryVersion(string version)
    {
        var result = IpamCall.Add(_plugin, _directory.Config("\"subnet\":\"10.1.2.0/24\",\"routes\":[{\"dst\":\"0.0.0.0/0\"}]", version));

        Assert.Equal(version, result.CniVersion);
        var ip = Assert.Single(result.IPs);
        Assert.Equal("10.1.2.2/24", ip.Address.ToString());
        Assert.Equal("10.1.2.1", ip.Gateway!.ToString());
        Assert.Null(ip.Interface);
        Assert.Equal("0.0.0.0/0", Assert.Single(result.Routes).Dst.ToString());
        Assert.Empty(result.Interfaces);
    }

    [Fact]
    public void HostLocal_WritesTheReferencesFiles()
    {
        IpamCall.Add(_plugin, _directory.Config("\"subnet\":\"10.1.2.0/24\""), id: "abc", ifName: "net7");

        Assert.Equal(["10.1.2.2"], _directory.Reserved);
        Assert.Equal("abc\r\nnet7", _directory.Content("10.1.2.2"));
        Assert.Equal("10.1.2.2", _directory.Content("last_reserved_ip.0"));
        Assert.Equal("", _directory.Content("lock"));
#pragma warning disable CA1416 // runs on Linux only
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_directory.Network, "10.1.2.2")));
#pragma warning restore CA1416
    }

    [Theory]
    [InlineData("2001:db8:0:0:0:5efe:a00:0/112", "2001:db8::5efe:a00:2")]
    [InlineData("::a00:0/112", "::a00:2")]
    [InlineData("2001:db8:0:1:0:0:0:0/64", "2001:db8:0:1::2")]
    [InlineData("2001:0:0:1:0:0:0:0/64", "2001:0:0:1::2")]
    [InlineData("2001:db8:1:2:3:0:5:0/112", "2001:db8:1:2:3:0:5:2")]
    public void HostLocal_NamesFilesAsGoPrintsAddresses(string subnet, string name)
    {
        IpamCall.Add(_plugin, _directory.Config($"\"subnet\":\"{subnet}\""));

        Assert.Equal([name], _directory.Reserved);
    }

    [Fact]
    public void HostLocal_AllocatesFromConfigurationOfTwoFamilies_AsItStands()
    {
        string json = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "host-local-two-families.json"))
            .Replace("/run/my-orchestrator/container-ipam-state", _directory.DataDir, StringComparison.Ordinal);
        string config = "{\"cniVersion\":\"1.0.0\",\"name\":\"net1\"," + json.TrimStart()[1..];

        var first = IpamCall.Add(_plugin, config, id: "c1");
        var second = IpamCall.Add(_plugin, config, id: "c2");

        Assert.Equal(["10.10.1.20/16", "3ffe:ffff:0:1ff::10/64"], first.IPs.Select(ip => ip.Address.ToString()));
        Assert.Equal(["10.10.0.254", "3ffe:ffff:0:1ff::1"], first.IPs.Select(ip => ip.Gateway!.ToString()));
        Assert.Equal(["10.10.1.21/16", "3ffe:ffff:0:1ff::11/64"], second.IPs.Select(ip => ip.Address.ToString()));
        Assert.Equal(["0.0.0.0/0", "192.168.0.0/16", "3ffe:ffff:0:1ff::1/64"], first.Routes.Select(route => route.Dst.ToString()));
        Assert.Equal("10.10.5.1", first.Routes[1].Gw!.ToString());
        Assert.Equal("10.10.1.21", _directory.Content("last_reserved_ip.0"));
        Assert.Equal("3ffe:ffff:0:1ff::11", _directory.Content("last_reserved_ip.1"));
        IpamCall.Del(_plugin, config, id: "c1");
        IpamCall.Del(_plugin, config, id: "c2");
        Assert.Empty(_directory.Reserved);
    }

    [Fact]
    public void HostLocal_GoesRound_SoThatAReleasedAddressIsNotReusedAtOnce()
    {
        string config = _directory.Config("\"subnet\":\"10.1.2.0/29\"");
        var given = new List<string>();
        for (int i = 0; i < 7; i++)
        {
            given.Add(IpamCall.Add(_plugin, config, id: $"c{i}").IPs[0].Address.Address.ToString());
            IpamCall.Del(_plugin, config, id: $"c{i}");
        }

        Assert.Equal(["10.1.2.2", "10.1.2.3", "10.1.2.4", "10.1.2.5", "10.1.2.6", "10.1.2.2", "10.1.2.3"], given);
    }

    [Fact]
    public void HostLocal_WalksAllRangesOfASet_BeforeItIsExhausted()
    {
        string config = _directory.Config(
            """
            "ranges":[[{"subnet":"10.1.2.0/30"},{"subnet":"10.1.4.0/24","rangeStart":"10.1.4.8","rangeEnd":"10.1.4.9","gateway":"10.1.4.9"}]]
            """);
        Assert.Equal("10.1.2.2/30", IpamCall.Add(_plugin, config, id: "a").IPs[0].Address.ToString());
        Assert.Equal("10.1.4.8/24", IpamCall.Add(_plugin, config, id: "b").IPs[0].Address.ToString());

        var error = IpamCall.AddFails(_plugin, config, id: "c");

        Assert.Equal(CniErrorCode.TryAgainLater, error.Code);
        Assert.Equal("failed to allocate for range 0: no IP addresses available in range set: 10.1.2.1-10.1.2.2,10.1.4.8-10.1.4.9", error.Message);
        Assert.Equal(["10.1.2.2", "10.1.4.8"], _directory.Reserved);
        IpamCall.Del(_plugin, config, id: "a");
        Assert.Equal("10.1.2.2/30", IpamCall.Add(_plugin, config, id: "c").IPs[0].Address.ToString());
    }

    [Fact]
    public void HostLocal_FindsTheOnlyFreeAddress_BehindManyTakenOnes()
    {
        string config = _directory.Config("\"subnet\":\"10.1.0.0/23\"");
        for (int i = 2; i <= 510; i++)
        {
            if (i != 400)
                _directory.Write($"10.1.{i / 256}.{i % 256}", $"other{i}\r\neth0");
        }

        Assert.Equal("10.1.1.144/23", IpamCall.Add(_plugin, config).IPs[0].Address.ToString());
        Assert.Contains("no IP addresses available", IpamCall.AddFails(_plugin, config, id: "c2").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HostLocal_ExhaustedPart_OfHugeRangeIsPassedInBoundedSteps()
    {
        string config = _directory.Config("\"subnet\":\"2001:db8::/64\"");
        for (int i = 2; i < 200; i++)
            _directory.Write($"2001:db8::{i:x}", $"other{i}\r\neth0");
        _directory.Write("last_reserved_ip.0", "2001:db8::ffff:ffff:ffff:ffff");

        Assert.Equal("2001:db8::c8/64", IpamCall.Add(_plugin, config).IPs[0].Address.ToString());
    }

    [Fact]
    public void HostLocal_RefusesSecondAdd_OfTheSameInterface()
    {
        string config = _directory.Config("\"subnet\":\"10.1.2.0/24\"");
        IpamCall.Add(_plugin, config);

        var error = IpamCall.AddFails(_plugin, config);

        Assert.Equal("failed to allocate for range 0: 10.1.2.2 has been allocated to c1, duplicate allocation is not allowed", error.Message);
        Assert.Equal(["10.1.2.2"], _directory.Reserved);
        Assert.Equal("10.1.2.3/24", IpamCall.Add(_plugin, config, ifName: "eth1").IPs[0].Address.ToString());
    }

    [Fact]
    public void HostLocal_ReusesFileThatACrashLeftEmpty()
    {
        string config = _directory.Config("\"subnet\":\"10.1.2.0/30\"");
        _directory.Write("10.1.2.2", "");

        Assert.Equal("10.1.2.2/30", IpamCall.Add(_plugin, config).IPs[0].Address.ToString());
        Assert.Equal("c1\r\neth0", _directory.Content("10.1.2.2"));
    }

    [Fact]
    public void HostLocal_ReusesEmptyFile_BehindManyTakenOnes()
    {
        string config = _directory.Config("\"subnet\":\"10.1.2.0/24\"");
        for (int i = 2; i <= 254; i++)
            _directory.Write($"10.1.2.{i}", i == 200 ? "" : $"other{i}\r\neth0");

        Assert.Equal("10.1.2.200/24", IpamCall.Add(_plugin, config).IPs[0].Address.ToString());
    }

    [Fact]
    public void HostLocal_KeepsEarlierAddress_ReleasesNothingForeign_WhenALaterRangeFails()
    {
        string config = _directory.Config("\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"}],[{\"subnet\":\"10.1.4.0/30\"}]]");
        IpamCall.Add(_plugin, config, id: "first");

        IpamCall.AddFails(_plugin, config, id: "second");

        Assert.Equal(["10.1.2.2", "10.1.4.2"], _directory.Reserved);
        IpamCall.Del(_plugin, config, id: "first");
        IpamCall.Add(_plugin, config, id: "second");
    }

    [Theory]
    [InlineData("IP=10.1.2.9", "")]
    [InlineData("IgnoreUnknown=1;K8S_POD_NAME=p;IP=10.1.2.9/24", "")]
    [InlineData("", "\"args\":{\"cni\":{\"ips\":[\"10.1.2.9\"]}}")]
    [InlineData("", "\"runtimeConfig\":{\"ips\":[\"10.1.2.9/24\"]}")]
    [InlineData("IP=10.1.2.9", "\"args\":{\"cni\":{\"ips\":[\"10.1.2.9\"]}},\"runtimeConfig\":{\"ips\":[\"10.1.2.9/16\"]}")]
    public void HostLocal_GivesTheRequestedAddress(string args, string rest)
    {
        var result = IpamCall.Add(_plugin, _directory.Config("\"subnet\":\"10.1.2.0/24\"", rest: rest), args: args);

        Assert.Equal("10.1.2.9/24", Assert.Single(result.IPs).Address.ToString());
        Assert.Equal("10.1.2.9", _directory.Content("last_reserved_ip.0"));
    }

    [Fact]
    public void HostLocal_GivesOneRequestedAddressPerRangeSet()
    {
        string config = _directory.Config(
            "\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"}],[{\"subnet\":\"2001:db8::/64\"}]]",
            rest: "\"runtimeConfig\":{\"ips\":[\"2001:DB8:0::42\",\"10.1.2.77\"]}");

        Assert.Equal(["10.1.2.77/24", "2001:db8::42/64"], IpamCall.Add(_plugin, config).IPs.Select(ip => ip.Address.ToString()));
    }

    [Theory]
    [InlineData("[\"10.1.2.1\"]", CniErrorCode.InvalidNetworkConfig, "failed to allocate for range 0: requested ip 10.1.2.1 is subnet's gateway")]
    [InlineData("[\"10.1.2.5\"]", CniErrorCode.TryAgainLater, "failed to allocate for range 0: requested IP address 10.1.2.5 is not available in range set 10.1.2.1-10.1.2.254")]
    [InlineData("[\"10.9.9.9\"]", CniErrorCode.InvalidNetworkConfig, "failed to allocate all requested IPs: 10.9.9.9")]
    [InlineData("[\"10.1.2.7\",\"10.1.2.8\",\"::1\"]", CniErrorCode.InvalidNetworkConfig, "failed to allocate all requested IPs: 10.1.2.8 ::1")]
    [InlineData("[\"10.1.2\"]", CniErrorCode.InvalidNetworkConfig, "cannot understand ip: invalid IP address 10.1.2")]
    public void HostLocal_RefusesRequest(string ips, CniErrorCode code, string message)
    {
        _directory.Write("10.1.2.5", "other\r\neth0");

        var error = IpamCall.AddFails(_plugin, _directory.Config("\"subnet\":\"10.1.2.0/24\"", rest: $"\"runtimeConfig\":{{\"ips\":{ips}}}"));

        Assert.Equal((code, message), (error.Code, error.Message));
        Assert.Equal(["10.1.2.5"], _directory.Reserved);
    }

    [Fact]
    public void HostLocal_TakesRangesOfTheRuntimeFirst()
    {
        string config = _directory.Config(
            "\"subnet\":\"10.1.2.0/24\",\"ranges\":[[{\"subnet\":\"10.1.3.0/24\"}]]",
            rest: "\"runtimeConfig\":{\"ipRanges\":[[{\"subnet\":\"10.1.1.0/24\"}]]}");

        Assert.Equal(["10.1.1.2/24", "10.1.2.2/24", "10.1.3.2/24"], IpamCall.Add(_plugin, config).IPs.Select(ip => ip.Address.ToString()));
    }

    [Fact]
    public void HostLocal_ReturnsSettingsOfResolvConf()
    {
        string path = Path.Combine(_directory.DataDir, "resolv.conf");
        File.WriteAllText(path, "# comment\n; other\nnameserver 10.0.0.1\n  nameserver\t10.0.0.2 trailing\nnameserver\ndomain example.org\nsearch a.example b.example\noptions ndots:5\noptions rotate\nsortlist 1.2.3.4\n");

        var dns = IpamCall.Add(_plugin, _directory.Config($"\"subnet\":\"10.1.2.0/24\",\"resolvConf\":\"{path}\"")).Dns;

        Assert.Equal(["10.0.0.1", "10.0.0.2"], dns.Nameservers);
        Assert.Equal("example.org", dns.Domain);
        Assert.Equal(["a.example", "b.example"], dns.Search);
        Assert.Equal(["ndots:5", "rotate"], dns.Options);
    }

    [Theory]
    [InlineData("/nonexistent/resolv.conf")]
    [InlineData("/proc")]
    [InlineData("/dev/zero")]
    public void HostLocal_ReservesNothing_WhenResolvConfCannotBeRead(string path)
    {
        var error = IpamCall.AddFails(_plugin, _directory.Config($"\"subnet\":\"10.1.2.0/24\",\"resolvConf\":\"{path}\""));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Empty(_directory.Reserved);
    }
}
